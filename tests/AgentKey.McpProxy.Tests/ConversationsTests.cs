using AgentKey.Cli.McpProxy.Served;
using AgentKey.Cli.McpProxy.Upstream;
using AgentKey.McpProxy.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>How many conversations there may be at once.</summary>
public sealed class ConversationsTests
{
    [Fact]
    public async Task Neither_one_key_nor_all_together_begin_more_conversations_than_are_allowed()
    {
        await using var server = await PlainServer.StartHttpAsync();
        var address = UpstreamAddress.Parse([], server.Endpoint.ToString(), []);
        await using var shared = new CallerSession(address, NullLoggerFactory.Instance, isShared: true, new KeyCounts("conversations", mostPerKey: 2, most: 3));
        var own = shared.Another("1");
        await using var second = shared.Another("1");
        await using var third = shared.Another("1");
        await using var other = shared.Another("2");
        await using var another = shared.Another("3");
        await ConnectAsync(shared, own, second, other);

        var ofKey = await Assert.ThrowsAsync<McpException>(() => ConnectAsync(third));
        var ofAll = await Assert.ThrowsAsync<McpException>(() => ConnectAsync(another));
        await own.DisposeAsync();
        await ConnectAsync(third);

        Assert.StartsWith("This key has 2 conversations", ofKey.Message, StringComparison.Ordinal);
        Assert.StartsWith("The proxy has 3 conversations", ofAll.Message, StringComparison.Ordinal);
    }

    private static async Task ConnectAsync(params CallerSession[] sessions)
    {
        foreach (var session in sessions)
        {
            await session.Link.ConnectAsync(TestContext.Current.CancellationToken);
        }
    }
}
