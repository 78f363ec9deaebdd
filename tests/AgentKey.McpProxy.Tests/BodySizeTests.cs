using System.Net;
using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;

namespace AgentKey.McpProxy.Tests;

public sealed class BodySizeTests
{
    private const int Most = 4 * 1024 * 1024;

    [Fact]
    public async Task A_body_over_the_limit_is_refused_and_one_below_is_not()
    {
        await using var line = await Line.StartAsync(isHttp: true);
        using var raw = new RawHttp(line.Proxy.Endpoint, line.Key);

        using var tooLarge = await raw.SendAsync("echo", new JsonObject { ["text"] = new string('a', Most) });
        using var large = await raw.SendAsync("echo", new JsonObject { ["text"] = new string('a', Most - 2048) });

        Assert.Equal([HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.OK], [tooLarge.StatusCode, large.StatusCode]);
        Assert.Equal(Cost.FromCents(1), await line.SpentAsync());
    }
}
