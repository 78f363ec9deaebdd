using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

/// <summary>A tool that is guarded already never gets a second guard, which would charge each call twice.</summary>
public sealed class GuardedOnceTests
{
    private static readonly McpServerTool Raw = McpServerTool.Create(() => "done", new() { Name = "once" });

    public static TheoryData<string, ToolPolicy> Others => new()
    {
        { "scope", new("once", "test.other", Cost.FromCents(1)) },
        { "price", new("once", "test.once", Cost.FromCents(2)) },
        { "name", new("other", "test.once", Cost.FromCents(1)) },
        { "failure", new("once", "test.once", Cost.FromCents(1)) { OnFailure = FailureOutcome.Keep } },
        { "cancellation", new("once", "test.once", Cost.FromCents(1)) { OnCancellation = FailureOutcome.Refund } },
        { "public", ToolPolicy.Public("once") },
    };

    [Fact]
    public async Task The_same_policy_twice_charges_once()
    {
        var twice = new Plain(Raw.Guarded("test.once", Cost.FromCents(1))).Guarded("test.once", Cost.FromCents(1));
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithTools([twice]));
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key);

        var result = await client.CallAsync("once");

        Assert.Equal("done", Clients.TextOf(result));
        Assert.Equal(Cost.FromCents(1), Assert.Single(await server.Folder.LedgerAsync(key)).Amount);
    }

    [Theory]
    [MemberData(nameof(Others))]
    public void Another_policy_on_top_is_refused_when_it_is_set_up(string what, ToolPolicy other)
    {
        var guarded = Raw.Guarded("test.once", Cost.FromCents(1));

        var error = Assert.Throws<InvalidOperationException>(() => guarded.Guarded(other));

        Assert.True(error.Message.Contains("once", StringComparison.Ordinal), what);
    }

    [Fact]
    public void A_guarded_method_takes_no_policy()
    {
        var tool = McpServerTool.Create(typeof(GuardedCountedTools).GetMethod("Reset")!, _ => throw new InvalidOperationException());

        var error = Assert.Throws<InvalidOperationException>(() => tool.Guarded("test.once", Cost.FromCents(1)));

        Assert.Contains("reset", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A decorator of the host's.</summary>
    private sealed class Plain(McpServerTool inner) : DelegatingMcpServerTool(inner);
}
