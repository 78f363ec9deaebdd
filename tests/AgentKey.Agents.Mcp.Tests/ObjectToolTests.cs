using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

/// <summary>Tools that exist only as objects, and tools of other servers.</summary>
public sealed class ObjectToolTests
{
    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_tool_made_by_hand_is_charged_like_any_other(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        var add = McpServerTool.Create((int a, int b) => a + b, new() { Name = "add" });
        await using var server = await HttpServer.StartAsync(
            mcp => mcp.WithAgentKeys().WithTools([add.Guarded("test.add", Cost.FromCents(0.5m))]), wire);
        var key = await server.Folder.MintAsync(1, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.CallAsync("add", ("a", 2), ("b", 3)).AsTask()));

        Assert.Equal(2, results.Count(result => Clients.CodeOf(result) is null && Clients.TextOf(result) == "5"));
        Assert.Equal(6, results.Count(result => Clients.CodeOf(result) == "budget_exhausted"));
        Assert.Equal("add", (await server.Folder.LedgerAsync(key))[0].Tool);
    }

    [Fact]
    public async Task A_price_per_argument_is_read_off_the_arguments()
    {
        var repeat = McpServerTool.Create((int times) => new string('a', times), new() { Name = "repeat" })
            .Guarded(new ToolPolicy("repeat", "test.repeat", ToolPrice.PerArgument(Cost.FromCents(1), "times", 10)));
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithTools([repeat]));
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key);

        var priced = await client.CallAsync("repeat", ("times", 25));
        var unpriced = await client.CallAsync("repeat");
        var text = await client.CallAsync("repeat", ("times", "25"));

        Assert.Equal("2.5", priced.Meta!["agentkey/costCents"]!.ToJsonString());
        Assert.Equal("invalid_argument", Clients.CodeOf(unpriced));
        Assert.Equal("invalid_argument", Clients.CodeOf(text));
        Assert.Equal(Cost.FromCents(2.5m), await server.Folder.SpentAsync(key));
    }

    [Fact]
    public async Task A_guarded_object_refuses_where_the_adapter_was_forgotten()
    {
        var ran = false;
        var tool = McpServerTool.Create(() => ran = true, new() { Name = "work" }).Guarded("test.work", Cost.FromCents(1));
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithTools([tool]), requiresKey: false);
        await using var client = await server.ConnectAsync(key: null);

        var result = await client.CallAsync("work");

        Assert.True(result.IsError);
        Assert.False(ran);
    }

    [Fact]
    public void A_rule_cannot_price_an_object()
    {
        var tool = McpServerTool.Create(() => 1, new() { Name = "work" });

        var error = Assert.Throws<InvalidFieldException>(() => tool.Guarded(new ToolPolicy("work", "test.work", ToolPrice.ByRule("Rule"))));

        Assert.Equal("policy", error.Field);
    }

    [Fact]
    public async Task Another_servers_tools_are_served_at_a_price_and_closed_without_one()
    {
        await using var origin = await HttpServer.StartAsync(mcp => mcp.WithTools<CountedTools>().WithTools<OutcomeTools>(), requiresKey: false);
        await using var link = await origin.ConnectAsync(key: null);
        var tools = await link.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var policies = new Dictionary<string, ToolPolicy>
        {
            ["work"] = new("remote.work", "remote.work", Cost.FromCents(10)),
            ["error"] = new("remote.error", "remote.error", Cost.FromCents(10)),
            ["gone"] = new("remote.gone", "remote.gone", Cost.FromCents(10)),
        };
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithRemoteTools(tools, policies));
        var key = await server.Folder.MintAsync(300, "remote.*");
        await using var client = await server.ConnectAsync(key);

        var listed = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var worked = await client.CallAsync("work");
        var failed = await client.CallAsync("error");
        var closed = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallAsync("whoami"));

        Assert.Equal(["error", "work"], listed.Select(tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.Equal("done", Clients.TextOf(worked));
        Assert.Equal("no such city", Clients.TextOf(failed));
        Assert.Equal(McpErrorCode.InvalidParams, closed.ErrorCode);
        Assert.Equal(2, origin.Bodies);
        Assert.Equal(Cost.FromCents(10), await server.Folder.SpentAsync(key));
    }

    [Fact]
    public async Task Progress_of_another_server_arrives()
    {
        var mayEnd = new TaskCompletionSource();
        var count = McpServerTool.Create(
            async (IProgress<ProgressNotificationValue> progress) =>
            {
                for (var step = 1; step <= 5; step++)
                {
                    progress.Report(new ProgressNotificationValue { Progress = step, Total = 5 });
                }

                await mayEnd.Task;
                return "counted";
            },
            new() { Name = "count" });
        await using var origin = await HttpServer.StartAsync(mcp => mcp.WithTools([count]), requiresKey: false);
        await using var link = await origin.ConnectAsync(key: null);
        var tools = await link.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithRemoteTools(
            tools, new Dictionary<string, ToolPolicy> { ["count"] = new("remote.count", "remote.count", Cost.FromCents(1)) }));
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "remote.*"));
        var seen = new System.Collections.Concurrent.ConcurrentQueue<float>();

        var call = client.CallToolAsync("count", progress: new Recorder(seen), cancellationToken: TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(() => Task.FromResult(seen.Count == 5));
        mayEnd.SetResult();

        Assert.Equal("counted", Clients.TextOf(await call));
        Assert.Equal([1f, 2f, 3f, 4f, 5f], seen.Order());
    }

    private sealed class Recorder(System.Collections.Concurrent.ConcurrentQueue<float> seen) : IProgress<ProgressNotificationValue>
    {
        public void Report(ProgressNotificationValue value) => seen.Enqueue(value.Progress);
    }
}
