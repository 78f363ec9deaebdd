using System.Text.Json;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class DenialTests
{
    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task An_empty_budget_is_told_as_data_and_as_a_sentence(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(14, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        var result = await client.CallAsync("work");

        Assert.True(result.IsError);
        Assert.Equal("budget_exhausted: This call costs $0.15 and $0.14 is left; the budget does not reset.", Clients.TextOf(result));
        AssertJson($$"""{"code":"budget_exhausted","costCents":15,"remainingCents":14,"refusedBy":"key:{{key.Key.Id}}"}""", result);
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public async Task A_refusal_of_what_a_public_tool_calls_is_told_as_any_other()
    {
        var front = McpServerTool.Create(
            (RequestContext<CallToolRequestParams> request) => request.Services!.GetRequiredService<GuardedCountedTools>().WorkAsync(),
            new() { Name = "front", Metadata = [new AgentPublicAttribute()] });
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools().WithTools([front]));
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(14, "test.*"));

        var result = await client.CallAsync("front");

        Assert.Equal("budget_exhausted", Clients.CodeOf(result));
        Assert.Equal("budget_exhausted: This call costs $0.15 and $0.14 is left; the budget does not reset.", Clients.TextOf(result));
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public async Task A_budget_that_starts_again_says_when()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        var key = await server.Folder.Keys.CreateAsync(
            new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("test.*"), Budget = new Budget(Cost.Zero, BudgetPeriod.Parse("day")) },
            TestContext.Current.CancellationToken);
        await using var client = await server.ConnectAsync(key);

        var result = await client.CallAsync("work");

        Assert.Equal(key.Key.ResetsAt!.Value.UtcDateTime, result.StructuredContent!.Value.GetProperty("resetsAt").GetDateTime());
        Assert.EndsWith("Z", result.StructuredContent!.Value.GetProperty("resetsAt").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_call_of_a_tool_that_is_hidden_names_the_scope_that_is_needed_and_not_those_that_are_held(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.work");
        await using var client = await server.ConnectAsync(key, wire);
        Assert.DoesNotContain(await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken), tool => tool.Name == "reset");

        var result = await client.CallAsync("reset");

        AssertJson("""{"code":"insufficient_scope","costCents":1,"requiredScope":"admin.reset"}""", result);
        Assert.DoesNotContain("test.work", Clients.TextOf(result), StringComparison.Ordinal);
        Assert.Equal(0, server.Bodies);
        Assert.Empty(await server.Folder.LedgerAsync(key));
    }

    [Fact]
    public async Task A_silent_store_refuses_and_recovers()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.*");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal());
        await using var client = await server.ConnectAsync();

        folder.TakeAway();
        var during = await client.CallAsync("work");
        folder.BringBack();
        var after = await client.CallAsync("work");

        Assert.Equal("store_unavailable", Clients.CodeOf(during));
        Assert.Null(Clients.CodeOf(after));
        Assert.Equal(1, server.Bodies);
    }

    private static void AssertJson(string expected, CallToolResult result) =>
        Assert.Equal(expected, JsonSerializer.Serialize(result.StructuredContent));
}
