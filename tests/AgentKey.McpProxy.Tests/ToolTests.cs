using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>Tools of a server that knows nothing of money, at a price.</summary>
public sealed class ToolTests
{
    [Theory]
    [MemberData(nameof(Line.Transports), MemberType = typeof(Line))]
    public async Task What_the_policy_names_is_sold_and_the_rest_is_closed(bool isHttp, bool isHttpBehind)
    {
        await using var line = await Line.StartAsync(isHttp, isHttpBehind, cents: 5);

        var listed = await line.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => line.Client.CallAsync("echo", ("text", $"hello {i}")).AsTask()));
        var closed = await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.CallAsync("add", ("a", 1), ("b", 2)));
        var calls = await line.Client.CallAsync("calls");

        var echo = Assert.Single(listed, tool => tool.Name == "echo").ProtocolTool;
        Assert.Equal("Says it again.", echo.Description);
        Assert.Equal("""{"cents":1}""", echo.Meta!["agentkey/price"]!.ToJsonString());
        Assert.DoesNotContain(listed, tool => tool.Name is "add" or "gone");
        Assert.Equal(5, results.Count(result => Clients.CodeOf(result) is null));
        Assert.Equal(3, results.Count(result => Clients.CodeOf(result) == "budget_exhausted"));
        Assert.Equal(McpErrorCode.InvalidParams, closed.ErrorCode);
        Assert.Equal("5", Clients.TextOf(calls));
        Assert.Equal(Cost.FromCents(5), await line.SpentAsync());
    }

    [Fact]
    public async Task A_key_sees_and_runs_what_its_scopes_allow()
    {
        await using var line = await Line.StartAsync(isHttp: true);
        var key = await line.Folder.MintAsync(300, "plain.echo");
        await using var client = await line.Proxy.ConnectHttpAsync(key);

        var listed = await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var forbidden = await client.CallAsync("fail");

        Assert.Equal("echo", Assert.Single(listed).Name);
        Assert.Equal("insufficient_scope", Clients.CodeOf(forbidden));
        Assert.Equal("plain.fail", forbidden.StructuredContent!.Value.GetProperty("requiredScope").GetString());
    }

    [Fact]
    public async Task A_price_may_depend_on_an_argument_or_on_the_result()
    {
        await using var line = await Line.StartAsync();

        var byArgument = await line.Client.CallAsync("repeat", ("times", 25));
        var unpriced = await line.Client.CallAsync("repeat", ("times", "many"));
        var byResult = await line.Client.CallAsync("meta");

        Assert.Equal("2.5", byArgument.Meta!["agentkey/costCents"]!.ToJsonString());
        Assert.Equal("invalid_argument", Clients.CodeOf(unpriced));
        var expected = Cost.FromMicroCents((Clients.TextOf(byResult).Length * Cost.FromCents(0.2m).MicroCents) / 100);
        Assert.Equal(expected.Cents, (decimal)byResult.Meta!["agentkey/costCents"]!);
        Assert.Equal(Cost.FromCents(2.5m) + expected, await line.SpentAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_fails_is_passed_on_as_it_is_and_costs_nothing(bool isHttpBehind)
    {
        await using var line = await Line.StartAsync(isHttpBehind: isHttpBehind);

        var failed = await line.Client.CallAsync("fail");
        var thrown = await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.CallAsync("throw"));
        var misfit = await line.Client.CallAsync("echo", ("txt", 1));

        Assert.True(failed.IsError);
        Assert.Equal("no such city", Clients.TextOf(failed));
        Assert.Equal(-32050, (int)thrown.ErrorCode);
        Assert.Contains("out of order", thrown.Message, StringComparison.Ordinal);
        Assert.True(misfit.IsError);
        Assert.Equal(Cost.Zero, await line.SpentAsync());
    }

    [Fact]
    public async Task One_idempotency_key_runs_once()
    {
        await using var line = await Line.StartAsync();
        var options = new RequestOptions { Meta = new() { ["agentkey/idempotencyKey"] = "order-1" } };
        var arguments = new Dictionary<string, object?> { ["text"] = "once" };

        var first = await line.Client.CallToolAsync("echo", arguments, options: options, cancellationToken: TestContext.Current.CancellationToken);
        var second = await line.Client.CallToolAsync("echo", arguments, options: options, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("once", Clients.TextOf(first));
        Assert.Equal("duplicate_call", Clients.CodeOf(second));
        Assert.Equal("1", Clients.TextOf(await line.Client.CallAsync("calls")));
        Assert.Equal(Cost.FromCents(1), await line.SpentAsync());
    }

    [Fact]
    public async Task The_proxy_looks_like_the_server_behind_it()
    {
        await using var line = await Line.StartAsync();

        Assert.Equal(("plain", "1.2.3"), (line.Client.ServerInfo!.Name, line.Client.ServerInfo.Version));
        Assert.Equal("Be plain.", line.Client.ServerInstructions);
    }
}
