using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>What a server asks in the middle of a call.</summary>
public sealed class QuestionTests
{
    private const string Earlier = "2025-11-25";

    [Theory]
    [MemberData(nameof(Line.TransportsOfBothRevisions), MemberType = typeof(Line))]
    public Task A_question_reaches_the_caller_and_the_call_is_paid_for_once(bool isHttp, bool isHttpBehind, string? protocol) =>
        AssertPaidOnceAsync(isHttp, isHttpBehind, protocol, behind: [], new Answer("accept", "Ann"), "ask", "Who are you?", "Hello Ann, asked");

    [Theory]
    [MemberData(nameof(Line.TransportsOfBothRevisions), MemberType = typeof(Line))]
    public Task A_server_borrows_the_callers_model_and_asks_for_its_folders_in_one_paid_call(bool isHttp, bool isHttpBehind, string? protocol) =>
        AssertPaidOnceAsync(isHttp, isHttpBehind, protocol, behind: [], new Answer("accept", "ann") { IsLending = true }, "consult", "Hello", "Hello ann! file:///home/ann");

    [Theory]
    [InlineData(false, false, null)]
    [InlineData(false, true, null)]
    [InlineData(false, false, Earlier)]
    [InlineData(false, true, Earlier)]
    [InlineData(true, false, Earlier)]
    [InlineData(true, true, Earlier)]
    public Task A_server_of_the_earlier_revision_asks_the_caller_in_one_paid_call(bool isHttp, bool isHttpBehind, string? protocol) =>
        AssertPaidOnceAsync(isHttp, isHttpBehind, protocol, ["--protocol", Earlier], new Answer("accept", "Ann"), "ask", "Who are you?", "Hello Ann, asked");

    [Theory]
    [InlineData(null, null)]
    [InlineData(Earlier, null)]
    [InlineData(Earlier, Earlier)]
    public async Task Nobody_is_asked_for_another(string? protocol, string? protocolBehind)
    {
        await using var line = await Line.StartAsync(
            isHttp: true, protocol: protocol, behind: protocolBehind is null ? [] : ["--protocol", protocolBehind], answer: new Answer("accept", "Ann"));
        await using var other = await line.Proxy.ConnectHttpAsync(await line.Folder.MintAsync(300, "plain.*"), protocol, new Answer("accept", "Bob"));

        var results = await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => new[] { line.Client.CallAsync("ask").AsTask(), other.CallAsync("ask").AsTask() }));

        Assert.All(results.Where((_, index) => index % 2 == 0), result => Assert.Equal("Hello Ann, asked", Clients.TextOf(result)));
        Assert.All(results.Where((_, index) => index % 2 == 1), result => Assert.Equal("Hello Bob, asked", Clients.TextOf(result)));
        Assert.Equal(Cost.FromCents(12), await line.SpentAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Earlier)]
    public async Task An_answer_with_a_key_inside_reaches_no_server(string? protocol)
    {
        await using var line = await Line.StartAsync(isHttp: true, protocol: protocol, behind: protocol is null ? [] : ["--protocol", protocol]);
        await using var client = await line.Proxy.ConnectHttpAsync(line.Key, protocol, new Answer("accept", line.Key.Secret.Reveal()));

        var fault = await Record.ExceptionAsync(async () => Assert.True((await client.CallAsync("ask")).IsError));

        Assert.True(fault is null or ModelContextProtocol.McpException, fault?.ToString());
        Assert.Equal("", Clients.TextOf(await client.CallAsync("answers")));
    }

    [Theory]
    [InlineData("error", false, false, null)]
    [InlineData("throw", true, true, null)]
    [InlineData("die", true, false, null)]
    [InlineData("error", true, true, Earlier)]
    [InlineData("throw", false, false, Earlier)]
    [InlineData("die", true, false, Earlier)]
    public async Task A_call_that_fails_after_its_answer_gives_back_or_keeps_its_one_payment_as_the_policy_says(
        string how, bool isHttp, bool isHttpBehind, string? protocol)
    {
        var answer = new Answer("accept", "Ann");
        await using var line = await Line.StartAsync(
            isHttp, isHttpBehind, protocol: protocol, behind: protocol is null ? [] : ["--protocol", protocol], answer: answer);

        await FailAsync(line, "ask-fail", how);
        Assert.Equal(Cost.Zero, await line.SpentAsync());
        await FailAsync(line, "ask-fail-kept", how);

        Assert.Equal(["Who are you?", "Who are you?"], answer.Questions);
        Assert.Equal(Cost.FromCents(3), await line.SpentAsync());
    }

    [Theory]
    [InlineData(false, false, Earlier)]
    [InlineData(false, true, Earlier)]
    [InlineData(true, false, Earlier)]
    [InlineData(true, true, Earlier)]
    [InlineData(false, false, null)]
    public async Task A_client_that_has_other_folders_is_heard_of_at_its_server(bool isHttp, bool isHttpBehind, string? protocol)
    {
        await using var line = await Line.StartAsync(
            isHttp, isHttpBehind, protocol: protocol, behind: ["--protocol", Earlier], answer: new Answer("accept", "Ann") { IsLending = true });
        Assert.Equal("0", Clients.TextOf(await line.Client.CallAsync("roots-changed")));

        await line.Client.SendNotificationAsync(NotificationMethods.RootsListChangedNotification, TestContext.Current.CancellationToken);

        await Eventually.IsTrueAsync(async () => Clients.TextOf(await line.Client.CallAsync("roots-changed")) == "1");
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

    private static async Task AssertPaidOnceAsync(
        bool isHttp, bool isHttpBehind, string? protocol, string[] behind, Answer answer, string tool, string question, string expected)
    {
        await using var line = await Line.StartAsync(isHttp, isHttpBehind, protocol: protocol, behind: behind, answer: answer);

        var result = await line.Client.CallAsync(tool);

        Assert.Equal(expected, Clients.TextOf(result));
        Assert.Equal(question, Assert.Single(answer.Questions));
        Assert.Equal(Cost.FromCents(3), await line.SpentAsync());
    }
}
