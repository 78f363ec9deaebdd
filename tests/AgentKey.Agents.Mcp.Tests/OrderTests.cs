using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Money;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp.Tests;

/// <summary>The gate is innermost, whether the host's own filters were registered before or after it.</summary>
public sealed class OrderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_that_answers_by_itself_charges_nothing(bool isGateFirst)
    {
        await using var server = await StartAsync(isGateFirst, mcp => mcp.WithRequestFilters(filters =>
            filters.AddCallToolFilter(_ => (_, _) => ValueTask.FromResult(new CallToolResult { Content = [new TextContentBlock { Text = "by the host" }] }))));
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key);

        var result = await client.CallAsync("work");

        Assert.Equal("by the host", Clients.TextOf(result));
        Assert.Equal(0, server.Bodies);
        Assert.Equal(Cost.Zero, await server.Folder.SpentAsync(key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_filter_of_the_host_sees_what_the_call_cost(bool isGateFirst)
    {
        JsonObject? seen = null;
        await using var server = await StartAsync(isGateFirst, mcp => mcp.WithRequestFilters(filters =>
            filters.AddCallToolFilter(next => async (context, cancellationToken) =>
            {
                var result = await next(context, cancellationToken);
                seen = result.Meta;
                return result;
            })));
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key);

        await client.CallAsync("work");

        Assert.Equal(15m, (decimal)seen!["agentkey/costCents"]!);
        Assert.Equal(285m, (decimal)seen!["agentkey/remainingCents"]!);
        Assert.Equal(1, server.Bodies);
    }

    private static Task<HttpServer> StartAsync(bool isGateFirst, Action<IMcpServerBuilder> addFilter) => HttpServer.StartAsync(mcp =>
    {
        if (!isGateFirst)
        {
            addFilter(mcp);
        }

        mcp.WithAgentKeys().WithAgentTools();
        if (isGateFirst)
        {
            addFilter(mcp);
        }
    });
}
