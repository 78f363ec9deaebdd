using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class StdioTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task The_environments_key_pays_until_it_is_revoked(string? protocol)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.*");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal());
        await using var client = await server.ConnectAsync(protocol);

        var before = await client.CallAsync("work");
        await folder.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        var after = await client.CallAsync("work");

        Assert.Null(Clients.CodeOf(before));
        Assert.Equal("""{"code":"invalid_key","costCents":15}""", after.StructuredContent!.Value.GetRawText());
        Assert.Equal(1, server.Bodies);
        Assert.Equal(Cost.FromCents(15), await folder.SpentAsync(key));
    }

    [Theory]
    [InlineData(null, "no_caller")]
    [InlineData("", "no_caller")]
    [InlineData("not a key", "invalid_key")]
    public async Task Without_a_key_in_the_environment_nothing_runs(string? secret, string code)
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var server = PipeServer.Start(folder, secret);
        await using var client = await server.ConnectAsync();

        var result = await client.CallAsync("work");

        Assert.Equal(code, Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public async Task A_server_that_forgot_the_adapter_is_guarded_all_the_same()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(20, "test.*");
        await using var server = PipeServer.Start(folder, key.Secret.Reveal(), mcp => mcp.WithAgentTools().WithTools<RawTools>());
        await using var client = await server.ConnectAsync();

        var paid = await client.CallAsync("work");
        var tooDear = await client.CallAsync("work");
        var raw = await client.CallAsync("raw");

        Assert.Null(Clients.CodeOf(paid));
        Assert.Equal("budget_exhausted", Clients.CodeOf(tooDear));
        Assert.Equal("unguarded_tool", Clients.CodeOf(raw));
        Assert.Equal(1, server.Bodies);
    }

    /// <summary>Nobody binds a caller there, and the key in the environment does not make it one.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task A_guarded_tool_refuses_where_the_adapter_was_forgotten(string? protocol)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "test.*");
        var ran = false;
        var tool = McpServerTool.Create(() => ran = true, new() { Name = "object" }).Guarded("test.work", Cost.FromCents(1));
        await using var server = PipeServer.Start(folder, key.Secret.Reveal(), mcp => mcp.WithTools([tool]).WithTools<GuardedCountedTools>());
        await using var client = await server.ConnectAsync(protocol);

        var made = await client.CallAsync("object");
        var written = await client.CallAsync("work");

        Assert.True(made.IsError);
        Assert.True(written.IsError);
        Assert.False(ran);
        Assert.Equal(0, server.Bodies);
        Assert.Empty(await folder.LedgerAsync(key));
    }
}
