using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class BudgetTests
{
    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Of_64_parallel_calls_with_money_for_20_exactly_20_run(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => client.CallAsync("work").AsTask()));

        Assert.Equal(20, server.Bodies);
        Assert.Equal(20, results.Count(result => result.IsError != true));
        Assert.Equal(44, results.Count(result => Clients.CodeOf(result) == "budget_exhausted"));
        Assert.Equal(Cost.FromCents(300), await server.Folder.SpentAsync(key));
        Assert.Equal(20, (await server.Folder.LedgerAsync(key)).Count(entry => entry.Kind == LedgerEntryKind.Charge));
    }

    [Fact]
    public async Task Arguments_that_do_not_bind_cost_nothing()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key);

        var result = await client.CallAsync("work", ("size", "a lot"));

        Assert.True(result.IsError);
        Assert.Equal(0, server.Bodies);
        Assert.Empty(await server.Folder.LedgerAsync(key));
    }

    [Fact]
    public async Task A_tool_that_fails_returns_the_money_and_says_why()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key);

        var result = await client.CallAsync("fail");

        Assert.Contains("the upstream is on fire", Clients.TextOf(result), StringComparison.Ordinal);
        Assert.Equal(1, server.Bodies);
        Assert.Equal([LedgerEntryKind.Charge, LedgerEntryKind.Void], (await server.Folder.LedgerAsync(key)).Select(entry => entry.Kind));
        Assert.Equal(Cost.Zero, await server.Folder.SpentAsync(key));
    }

    [Fact]
    public async Task The_ledger_names_the_tool_and_the_scope()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key);

        await client.CallAsync("work");

        var entry = Assert.Single(await server.Folder.LedgerAsync(key));
        Assert.Equal("CountedTools.WorkAsync", entry.Tool);
        Assert.Equal("test.work", entry.Scope);
        Assert.Equal(Cost.FromCents(15), entry.Amount);
    }
}
