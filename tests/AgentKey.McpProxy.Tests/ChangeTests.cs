using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>A server that has other tools than it had.</summary>
public sealed class ChangeTests
{
    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "2025-11-25")]
    [InlineData(true, "2025-11-25")]
    public async Task A_server_that_was_started_again_is_served_as_it_is_now(bool isHttp, string? protocol)
    {
        var folder = Directory.CreateTempSubdirectory("agentkey-tools-");
        var extra = Path.Combine(folder.FullName, "extra");
        await File.WriteAllLinesAsync(extra, ["old"], TestContext.Current.CancellationToken);
        await using var line = await Line.StartAsync(isHttp, protocol: protocol, behind: ["--extra", extra]);
        var before = await NamesAsync(line.Client);

        await File.WriteAllLinesAsync(extra, ["new", "weed"], TestContext.Current.CancellationToken);
        await line.Client.CallAsync("die");
        await line.Client.CallAsync("process");
        var after = await NamesAsync(line.Client);

        Assert.Contains("old", before);
        Assert.Equal([.. before.Except(["old"]).Append("new").Order(StringComparer.Ordinal)], after);
        Assert.Equal("new", Clients.TextOf(await line.Client.CallAsync("new")));
        await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.CallAsync("weed"));
        if (isHttp)
        {
            Assert.Contains("tools without a price, and so closed: add, weed", await line.Proxy.StopAsync(), StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(false, null, null)]
    [InlineData(false, "2025-11-25", null)]
    [InlineData(true, "2025-11-25", null)]
    [InlineData(false, null, "2025-11-25")]
    [InlineData(true, "2025-11-25", "2025-11-25")]
    public async Task A_tool_that_appears_is_told_of_and_served_when_it_has_a_price(bool isHttp, string? protocol, string? protocolBehind)
    {
        await using var line = await Line.StartAsync(isHttp, protocol: protocol, behind: protocolBehind is null ? [] : ["--protocol", protocolBehind]);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        line.Client.RegisterNotificationHandler(NotificationMethods.ToolListChangedNotification, (_, _) =>
        {
            told.TrySetResult();
            return ValueTask.CompletedTask;
        });
        using var ending = new CancellationTokenSource();
        var listening = protocol is null ? ListenAsync(line.Client, ending.Token) : Task.CompletedTask;

        await line.Client.CallAsync("grow", ("name", "new"));
        await line.Client.CallAsync("grow", ("name", "weed"));
        await told.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(async () => (await NamesAsync(line.Client)).Contains("new"));

        Assert.DoesNotContain("weed", await NamesAsync(line.Client));
        Assert.Equal("new", Clients.TextOf(await line.Client.CallAsync("new")));
        await ending.CancelAsync();
        await listening;
    }

    // Since the newest revision, whoever wants to hear of changes asks for it, in a request that stays open.
    private static async Task ListenAsync(McpClient client, CancellationToken cancellationToken)
    {
        var acknowledged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.RegisterNotificationHandler(NotificationMethods.SubscriptionsAcknowledgedNotification, (_, _) =>
        {
            acknowledged.TrySetResult();
            return ValueTask.CompletedTask;
        });
        var request = new JsonRpcRequest
        {
            Method = RequestMethods.SubscriptionsListen,
            Params = new System.Text.Json.Nodes.JsonObject { ["notifications"] = new System.Text.Json.Nodes.JsonObject { ["toolsListChanged"] = true } },
        };
        try
        {
            await client.SendRequestAsync(request, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The test is over.
            Assert.True(acknowledged.Task.IsCompletedSuccessfully);
        }
    }

    private static async Task<string[]> NamesAsync(McpClient client) =>
        [.. (await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).Select(tool => tool.Name).Order(StringComparer.Ordinal)];
}
