using System.Buffers.Text;
using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>What becomes of a call that was asked something on its way.</summary>
public sealed class RoundsTests
{
    private const string Earlier = "2025-11-25";

    private const string OneForFree = """{"tools": {"ask": {"scope": "plain.ask", "cents": 3}, "answers": {"public": true}}}""";

    [Theory]
    [InlineData("error", false, false, null, null)]
    [InlineData("throw", true, true, null, null)]
    [InlineData("die", true, false, null, null)]
    [InlineData("error", true, true, Earlier, Earlier)]
    [InlineData("throw", false, false, Earlier, Earlier)]
    [InlineData("die", true, false, Earlier, Earlier)]
    [InlineData("error", true, true, null, Earlier)]
    [InlineData("throw", true, false, null, Earlier)]
    [InlineData("die", true, false, null, Earlier)]
    public async Task A_call_that_fails_after_its_answer_gives_back_or_keeps_its_one_payment_as_the_policy_says(
        string how, bool isHttp, bool isHttpBehind, string? protocol, string? protocolBehind)
    {
        var answer = new Answer("accept", "Ann");
        await using var line = await Line.StartAsync(
            isHttp, isHttpBehind, protocol: protocol, behind: protocolBehind is null ? [] : ["--protocol", protocolBehind], answer: answer);

        await FailAsync(line, "ask-fail", how);
        Assert.Equal(Cost.Zero, await line.SpentAsync());
        await FailAsync(line, "ask-fail-kept", how);

        Assert.Equal(["Who are you?", "Who are you?"], answer.Questions);
        Assert.Equal(Cost.FromCents(3), await line.SpentAsync());
    }

    [Fact]
    public async Task A_call_that_waits_for_an_answer_goes_on_once_and_under_its_own_name_only()
    {
        await using var line = await Line.StartAsync(isHttp: true, policy: OneForFree, behind: ["--protocol", Earlier]);
        using var raw = new RawHttp(line.Proxy.Endpoint, line.Key);
        var answers = new JsonObject { ["question-1"] = new JsonObject { ["action"] = "accept", ["content"] = new JsonObject { ["name"] = "Ann" } } };
        var state = (string)(await raw.CallAsync("ask"))["result"]!["requestState"]!;

        // The state is signed, not secret: whoever reads it finds the proxy's own inside.
        var free = await raw.CallAsync("answers", state: InnerOf(state), answers: answers.DeepClone().AsObject());
        var bare = await raw.CallAsync("ask", state: InnerOf(state), answers: answers.DeepClone().AsObject());
        var honest = await raw.CallAsync("ask", state: state, answers: answers.DeepClone().AsObject());
        var again = await raw.CallAsync("ask", state: state, answers: answers.DeepClone().AsObject());

        Assert.Equal(-32602, (int)free["error"]!["code"]!);
        Assert.Equal(-32602, (int)bare["error"]!["code"]!);
        Assert.Equal("Hello Ann, asked", (string?)honest["result"]!["content"]![0]!["text"]);
        Assert.Equal("duplicate_call", (string?)again["result"]!["structuredContent"]!["code"]);
        Assert.Equal(Cost.FromCents(3), await line.SpentAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Earlier)]
    public async Task A_client_that_can_be_asked_no_longer_does_not_go_on_and_gets_nothing_back(string? protocolBehind)
    {
        await using var line = await Line.StartAsync(isHttp: true, behind: protocolBehind is null ? [] : ["--protocol", protocolBehind]);
        using var raw = new RawHttp(line.Proxy.Endpoint, line.Key);
        using var deaf = new RawHttp(line.Proxy.Endpoint, line.Key, canAsk: false);
        var first = await raw.CallAsync("ask");

        var second = await deaf.CallAsync("ask", state: (string)first["result"]!["requestState"]!, answers: []);

        Assert.Equal(-32602, (int)second["error"]!["code"]!);
        Assert.Equal(Cost.FromCents(3), await line.SpentAsync());
    }

    [Fact]
    public async Task A_question_without_an_answer_is_asked_again_in_the_same_paid_call()
    {
        await using var line = await Line.StartAsync(isHttp: true, behind: ["--protocol", Earlier]);
        using var raw = new RawHttp(line.Proxy.Endpoint, line.Key);
        var first = await raw.CallAsync("ask");

        var second = await raw.CallAsync("ask", state: (string)first["result"]!["requestState"]!, answers: []);

        Assert.Equal(first["result"]!["inputRequests"]!.ToJsonString(), second["result"]!["inputRequests"]!.ToJsonString());
        Assert.Equal("input_required", (string?)second["result"]!["resultType"]);
        Assert.Equal(Cost.FromCents(3), await line.SpentAsync());
    }

    [Fact]
    public async Task Progress_reaches_whoever_waits_in_each_round()
    {
        var heard = new Earwitness();
        await using var line = await Line.StartAsync(isHttp: true, behind: ["--protocol", Earlier], witness: heard, answer: new Answer("accept", "Ann"));

        var result = await line.Client.CallToolAsync("ask-count", progress: new Progress<ProgressNotificationValue>(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("Ann counted", Clients.TextOf(result));
        Assert.Equal(["before", "after"], heard.Of(NotificationMethods.ProgressNotification).Select(said => (string?)said["message"]));
    }

    [Fact]
    public async Task A_server_that_asks_a_client_of_the_earlier_revision_without_end_is_given_up_and_costs_nothing()
    {
        var answer = new Answer("accept", "ann") { IsLending = true };
        await using var line = await Line.StartAsync(policy: """{"tools": {"ask-forever": {"scope": "plain.ask", "cents": 3}}}""", protocol: Earlier, answer: answer);

        var result = await line.Client.CallAsync("ask-forever");

        Assert.True(result.IsError);
        Assert.Contains("asked 10 times", Clients.TextOf(result), StringComparison.Ordinal);
        Assert.Equal(10, answer.Lists);
        Assert.Equal(Cost.Zero, await line.SpentAsync());
    }

    private static string InnerOf(string state)
    {
        var text = state.Split('.')[0];
        return (string)JsonNode.Parse(Base64Url.DecodeFromChars(text))!["Inner"]!;
    }

    private static async Task FailAsync(Line line, string tool, string how)
    {
        if (how == "throw")
        {
            var thrown = await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.CallAsync(tool, ("how", how)));
            Assert.Equal(-32050, (int)thrown.ErrorCode);
            return;
        }

        var failed = await line.Client.CallAsync(tool, ("how", how));
        Assert.True(failed.IsError);
        Assert.Contains(how == "die" ? "did not answer" : "Hello Ann, asked", Clients.TextOf(failed), StringComparison.Ordinal);
    }
}
