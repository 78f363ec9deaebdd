using System.IO.Pipelines;
using System.Net;
using AgentKey.Agents.Mcp.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;

namespace AgentKey.Agents.Mcp.Tests;

public sealed class CallerTests
{
    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task Parallel_sessions_each_pay_with_their_own_key(HttpServerSessionMode mode, string protocol)
    {
        const int callsEach = 16;
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            var key = await server.Folder.MintAsync(300, "test.*");
            await using var client = await server.ConnectAsync(key, wire);
            var results = await Task.WhenAll(Enumerable.Range(0, callsEach).Select(_ => client.CallAsync("whoami").AsTask()));
            Assert.All(results, result => Assert.Equal(key.Secret.DisplayPrefix, Clients.TextOf(result)));
            Assert.Equal(callsEach, (await server.Folder.LedgerAsync(key)).Count);
        }));
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_key_that_is_revoked_between_two_calls_gets_401_at_the_second(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), wire);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key, wire);

        await client.CallAsync("work");
        await server.Folder.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(async () => await client.CallAsync("work"));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(1, server.Bodies);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_stranger_on_http_is_not_served_with_the_servers_own_key(HttpServerSessionMode mode, string protocol)
    {
        const string variable = "AGENTKEY_TEST_OF_A_SERVER_THAT_STRANGERS_REACH";
        var wire = new Wire(mode, protocol);
        await using var server = await HttpServer.StartAsync(
            mcp =>
            {
                // A host that also talks to its launcher; only that conversation is paid for with the environment's key.
                mcp.WithStreamServerTransport(new Pipe().Reader.AsStream(), Stream.Null);
                mcp.WithAgentKeys(options => options.EnvironmentVariable = variable).WithAgentTools();
            },
            wire,
            requiresKey: false);
        var key = await server.Folder.MintAsync(300, "test.*");
        Environment.SetEnvironmentVariable(variable, key.Secret.Reveal());
        await using var client = await server.ConnectAsync(key: null, wire);

        var result = await client.CallAsync("work");
        Environment.SetEnvironmentVariable(variable, null);

        Assert.Equal("no_caller", Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
    }

    [Fact]
    public async Task A_key_among_the_arguments_is_not_read()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools(), requiresKey: false);
        var key = await server.Folder.MintAsync(300, "test.*");
        await using var client = await server.ConnectAsync(key: null);

        var result = await client.CallAsync("work", ("api_key", key.Secret.Reveal()));

        Assert.Equal("no_caller", Clients.CodeOf(result));
        Assert.Equal(0, server.Bodies);
    }
}
