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
}
