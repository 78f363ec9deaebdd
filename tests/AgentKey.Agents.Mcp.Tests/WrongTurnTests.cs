using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests;

/// <summary>Whatever a host forgets or mixes up ends in a refusal, never in a free call.</summary>
public sealed class WrongTurnTests
{
    [Fact]
    public async Task A_tool_without_a_guard_is_refused_and_not_run()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithTools<RawTools>());

        var result = await CallWithLiveKeyAsync(server, "raw");

        Assert.Equal("unguarded_tool", Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public async Task The_raw_class_of_a_tagged_tool_is_refused_and_not_run()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithTools<CountedTools>());

        var result = await CallWithLiveKeyAsync(server, "work");

        Assert.Equal("unguarded_tool", Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public async Task The_raw_classes_of_an_assembly_are_refused_and_not_run()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithToolsFromAssembly(typeof(ScannedTools).Assembly));

        var result = await CallWithLiveKeyAsync(server, "scanned");

        Assert.Equal("unguarded_tool", Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public async Task A_lambda_around_a_raw_tool_is_refused_and_not_run()
    {
        var calls = new CallCount();
        var lambda = McpServerTool.Create(() => new CountedTools(calls).Reset(), new McpServerToolCreateOptions { Name = "lambda" });
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithTools([lambda]));

        var result = await CallWithLiveKeyAsync(server, "lambda");

        Assert.Equal("unguarded_tool", Clients.CodeOf(result));
        Assert.Equal(0, calls.Bodies);
    }

    [Fact]
    public async Task A_handler_that_would_serve_any_name_is_refused_and_not_run()
    {
        var ran = 0;
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools().WithCallToolHandler((_, _) =>
        {
            ran++;
            return ValueTask.FromResult(new CallToolResult());
        }));

        var result = await CallWithLiveKeyAsync(server, "anything");

        Assert.Equal("unguarded_tool", Clients.CodeOf(result));
        Assert.Equal(0, ran);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_name_that_is_no_tool_gets_the_protocols_own_error(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);

        var error = await Assert.ThrowsAsync<McpProtocolException>(() => CallWithLiveKeyAsync(server, "nothing", wire));

        Assert.Equal(McpErrorCode.InvalidParams, error.ErrorCode);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_server_that_forgot_the_adapter_is_guarded_all_the_same(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentTools().WithTools<RawTools>(), wire);
        var key = await server.Folder.MintAsync(20, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        var paid = await client.CallAsync("work");
        var tooDear = await client.CallAsync("work");
        var raw = await client.CallAsync("raw");

        Assert.Null(Clients.CodeOf(paid));
        Assert.Equal("budget_exhausted", Clients.CodeOf(tooDear));
        Assert.Equal("unguarded_tool", Clients.CodeOf(raw));
        Assert.Equal(1, server.Bodies);
    }

    [Fact]
    public async Task Adding_the_adapter_twice_filters_once()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var services = new ServiceCollection();
        services.AddLogging().AddAgentKeys(_ => folder.OpenStore());
        services.AddMcpServer().WithAgentKeys().WithAgentKeys();
        await using var provider = services.BuildServiceProvider();

        Assert.Single(provider.GetRequiredService<IOptions<McpServerOptions>>().Value.Filters.Request.CallToolFilters);
    }

    private static async Task<CallToolResult> CallWithLiveKeyAsync(HttpServer server, string tool, Wire? wire = null)
    {
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire);
        return await client.CallAsync(tool);
    }
}
