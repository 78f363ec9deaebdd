using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class IdempotencyTests
{
    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_retry_is_neither_paid_for_nor_run_again(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => CallAsync(client, "work", "order-1")));

        Assert.Single(results, result => result.IsError != true);
        Assert.Equal(15, results.Count(result => Clients.CodeOf(result) == "duplicate_call"));
        Assert.Equal(1, server.Bodies);
        Assert.Equal(Cost.FromCents(15), await server.Folder.SpentAsync(key));
    }

    [Fact]
    public async Task The_same_key_with_other_arguments_is_refused()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));

        await CallAsync(client, "by-length", "order-1", ("length", 1000));
        var same = await CallAsync(client, "by-length", "order-1", ("length", 1000));
        var dearer = await CallAsync(client, "by-length", "order-1", ("length", 2000));

        Assert.Equal("duplicate_call", Clients.CodeOf(same));
        Assert.Equal("idempotency_mismatch", Clients.CodeOf(dearer));
        Assert.Equal(1, server.Bodies);
    }

    [Fact]
    public async Task It_counts_within_one_key_and_one_tool()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        await using var one = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));
        await using var two = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));

        Assert.Null(Clients.CodeOf(await CallAsync(one, "work", "order-1")));
        Assert.Null(Clients.CodeOf(await CallAsync(one, "whoami", "order-1")));
        Assert.Null(Clients.CodeOf(await CallAsync(two, "work", "order-1")));
    }

    [Fact]
    public async Task A_call_that_failed_and_was_refunded_does_not_run_for_nothing_under_the_same_key()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key);

        await CallAsync(client, "fail", "order-1");
        var again = await CallAsync(client, "fail", "order-1");

        Assert.Equal("duplicate_call", Clients.CodeOf(again));
        Assert.Equal(1, server.Bodies);
        Assert.Equal(Cost.Zero, await server.Folder.SpentAsync(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData(7)]
    [InlineData(null)]
    public async Task What_is_no_key_is_refused_by_name(object? bad)
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        await using var client = await server.ConnectAsync(await server.Folder.MintAsync(300, "test.*"));

        var error = await Assert.ThrowsAsync<McpProtocolException>(() => CallAsync(client, "work", bad));

        Assert.Equal(McpErrorCode.InvalidParams, error.ErrorCode);
        Assert.Contains("agentkey/idempotencyKey", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Bodies);
    }

    /// <summary>Every client numbers its requests from 1.</summary>
    [Fact]
    public async Task The_ids_of_requests_make_no_two_calls_one()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        var key = await server.Folder.MintAsync(300, "test.*");
        using var raw = new RawHttp(server.Endpoint, key);

        await raw.CallAsync("work");
        await raw.CallAsync("work");

        Assert.Equal(Cost.FromCents(30), await server.Folder.SpentAsync(key));
    }

    private static Task<CallToolResult> CallAsync(McpClient client, string tool, object? idempotencyKey, params (string Name, object? Value)[] arguments) =>
        client.CallToolAsync(
            tool,
            arguments.ToDictionary(argument => argument.Name, argument => argument.Value),
            options: new RequestOptions { Meta = new JsonObject { ["agentkey/idempotencyKey"] = JsonSerializer.SerializeToNode(idempotencyKey) } },
            cancellationToken: TestContext.Current.CancellationToken).AsTask();
}
