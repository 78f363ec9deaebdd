using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
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
    [InlineData(true, false, null)]
    [InlineData(true, true, null)]
    public Task A_server_of_the_earlier_revision_asks_the_caller_in_one_paid_call(bool isHttp, bool isHttpBehind, string? protocol) =>
        AssertPaidOnceAsync(isHttp, isHttpBehind, protocol, ["--protocol", Earlier], new Answer("accept", "Ann"), "ask", "Who are you?", "Hello Ann, asked");

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, Earlier)]
    public Task A_server_of_the_earlier_revision_borrows_model_and_folders_in_one_paid_call(bool isHttpBehind, string? protocol) => AssertPaidOnceAsync(
        isHttp: true, isHttpBehind, protocol, ["--protocol", Earlier], new Answer("accept", "ann") { IsLending = true }, "consult", "Hello", "Hello ann! file:///home/ann");

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, Earlier)]
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
    [InlineData(null, null)]
    [InlineData(null, Earlier)]
    [InlineData(Earlier, null)]
    [InlineData(Earlier, Earlier)]
    public async Task An_answer_with_a_key_inside_reaches_no_server(string? protocol, string? protocolBehind)
    {
        await using var line = await Line.StartAsync(isHttp: true, protocol: protocol, behind: protocolBehind is null ? [] : ["--protocol", protocolBehind]);
        await using var client = await line.Proxy.ConnectHttpAsync(line.Key, protocol, new Answer("accept", line.Key.Secret.Reveal()));

        var fault = await Record.ExceptionAsync(async () => Assert.True((await client.CallAsync("ask")).IsError));

        Assert.True(fault is null or ModelContextProtocol.McpException, fault?.ToString());
        Assert.Equal("", Clients.TextOf(await client.CallAsync("answers")));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Whoever_was_sent_to_a_page_hears_that_it_is_done_and_nobody_else_does(bool isHttp, bool isHttpBehind)
    {
        var (mine, theirs) = (new Earwitness(), new Earwitness());
        await using var line = await Line.StartAsync(
            isHttp, isHttpBehind, protocol: Earlier, behind: ["--protocol", Earlier], witness: mine, answer: new Answer("accept") { OpensPages = true });
        await using var other = isHttp ? await line.Proxy.ConnectHttpAsync(line.Key, Earlier, new Answer("accept") { OpensPages = true }, theirs) : null;
        await (other?.CallAsync("sign-in", ("name", "their")) ?? new());

        var result = await line.Client.CallAsync("sign-in", ("name", "my"));
        var inTheCall = CompletedOf(mine).ToArray();
        await Eventually.IsTrueAsync(() => Task.FromResult(CompletedOf(mine).Count() + CompletedOf(theirs).Count() >= (isHttp ? 4 : 2)));

        Assert.Equal("accept", Clients.TextOf(result));
        Assert.Equal(["my now"], inTheCall);
        Assert.Equal(["my now", "my later"], CompletedOf(mine));
        Assert.Equal(isHttp ? ["their now", "their later"] : [], CompletedOf(theirs));
    }

    private static IEnumerable<string> CompletedOf(Earwitness heard) =>
        heard.Of(NotificationMethods.ElicitationCompleteNotification).Select(said => (string)said["elicitationId"]!);

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
