using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;

namespace AgentKey.McpProxy.Tests;

public sealed class RestartTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_died_is_started_again_and_the_call_under_way_costs_nothing(bool isHttp)
    {
        await using var line = await Line.StartAsync(isHttp);
        var before = Clients.TextOf(await line.Client.CallAsync("process"));

        var died = await line.Client.CallAsync("die");
        var after = Clients.TextOf(await line.Client.CallAsync("process"));
        var echoed = await line.Client.CallAsync("echo", ("text", "alive"));

        Assert.True(died.IsError);
        Assert.Contains("did not answer", Clients.TextOf(died), StringComparison.Ordinal);
        Assert.NotEqual(before, after);
        Assert.Equal("alive", Clients.TextOf(echoed));
        Assert.Equal(Cost.FromCents(1), await line.SpentAsync());
    }

    [Fact]
    public async Task A_caller_that_gives_up_while_a_server_starts_takes_it_from_nobody_else()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        await using var proxy = new Proxy(folder, Policies.Plain);
        await proxy.StartHttpAsync(["--", "sh", "-c", "sleep 3; exec \"$@\"", "sh", .. PlainServer.Command()[1..]]);
        await using var hasty = await proxy.ConnectHttpAsync(key);
        await using var patient = await proxy.ConnectHttpAsync(key);
        await patient.CallAsync("die");

        using var soon = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        soon.CancelAfter(TimeSpan.FromSeconds(1));
        var given = hasty.CallToolAsync("calls", cancellationToken: soon.Token).AsTask();
        var awaited = patient.CallAsync("echo", ("text", "alive"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal("alive", Clients.TextOf(await awaited));
    }

    [Fact]
    public async Task Where_a_server_is_that_cannot_be_reached_is_for_the_log_alone()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        await using var proxy = new Proxy(folder, Policies.Plain);
        string port;
        await using (var server = await PlainServer.StartHttpAsync())
        {
            port = $"{server.Endpoint.Port}";
            await proxy.StartHttpAsync("--url", server.Endpoint.ToString());
        }

        await using var client = await proxy.ConnectHttpAsync(key, "2025-11-25");
        var result = await client.CallAsync("echo", ("text", "nobody"));

        Assert.True(result.IsError);
        Assert.Contains("cannot be reached", Clients.TextOf(result), StringComparison.Ordinal);
        Assert.DoesNotContain(port, Clients.TextOf(result), StringComparison.Ordinal);
        Assert.Contains(port, await proxy.StopAsync(), StringComparison.Ordinal);
        Assert.Equal(Cost.Zero, await folder.SpentAsync(key));
    }
}
