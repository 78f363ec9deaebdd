using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>What a server says while it works, and how it is stopped.</summary>
public sealed class NotificationTests
{
    private const string Earlier = "2025-11-25";

    public static TheoryData<bool, bool, string?> Everywhere => Line.TransportsOfBothRevisions;

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Progress_reaches_the_client_that_asked_for_it_before_the_result_and_in_order(bool isHttp, bool isHttpBehind, string? protocol)
    {
        var heard = new Earwitness();
        await using var line = await Line.StartAsync(isHttp, isHttpBehind, protocol: protocol, witness: heard);

        var result = await line.Client.CallToolAsync("count", progress: new Progress<ProgressNotificationValue>(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("counted", Clients.TextOf(result));
        Assert.Equal(
            ["1/5 step 1", "2/5 step 2", "3/5 step 3", "4/5 step 4", "5/5 step 5"],
            heard.Of(NotificationMethods.ProgressNotification).Select(said => $"{said["progress"]}/{said["total"]} {said["message"]}"));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Log_messages_of_a_call_come_before_its_result_from_the_level_that_was_asked_for(bool isHttp, bool isHttpBehind, string? protocol)
    {
        var heard = new Earwitness();
        await using var line = await Line.StartAsync(isHttp, isHttpBehind, protocol: protocol, witness: heard);

        await LogAsync(line.Client, "hello");
        await LogAsync(line.Client, "again");

        // Where clients have no sessions and the server has one stream for all calls, nothing says whose they are.
        string[] expected = isHttp && !isHttpBehind && protocol is null ? [] : ["info plain hello", "error plain hello", "info plain again", "error plain again"];
        Assert.Equal(expected, LogOf(heard));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, Earlier)]
    [InlineData(true, Earlier)]
    public async Task A_server_of_the_earlier_revision_logs_at_the_clients_level(bool isHttpBehind, string? protocol)
    {
        var heard = new Earwitness();
        await using var line = await Line.StartAsync(isHttpBehind: isHttpBehind, protocol: protocol, behind: ["--protocol", Earlier], witness: heard);

        await LogAsync(line.Client, "hello");

        Assert.Equal(["info plain hello", "error plain hello"], LogOf(heard));
    }

    [Fact]
    public async Task Asking_for_log_messages_starts_no_server_and_holds_from_the_first_call_on()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(2, "plain.*");
        await using var proxy = new Proxy(folder, Policies.Plain);
        await proxy.StartHttpAsync(PlainServer.CountedCommand(proxy.Folder));
        var heard = new Earwitness();
        await using var first = await proxy.ConnectHttpAsync(key, Earlier, witness: heard);
        await using var second = await proxy.ConnectHttpAsync(key, Earlier);

        await first.SetLoggingLevelAsync(LoggingLevel.Info, cancellationToken: TestContext.Current.CancellationToken);
        await second.SetLoggingLevelAsync(LoggingLevel.Info, cancellationToken: TestContext.Current.CancellationToken);
        var started = PlainServer.Started(proxy.Folder);
        await first.CallAsync("log", ("text", "hello"));
        await first.SetLoggingLevelAsync(LoggingLevel.Error, cancellationToken: TestContext.Current.CancellationToken);
        await first.CallAsync("log", ("text", "again"));

        // One that says what the server has, and one for the client that called.
        Assert.Equal((1, 2), (started, PlainServer.Started(proxy.Folder)));
        Assert.Equal(["info plain hello", "error plain hello", "error plain again"], LogOf(heard));
    }

    [Theory]
    [InlineData("message", """{"level":"warn","data":"hello"}""")]
    [InlineData("message", "[1]")]
    [InlineData("resources/updated", """{"uri":7}""")]
    [InlineData("progress", "\"half\"")]
    public async Task What_makes_no_sense_is_left_out_and_the_conversation_goes_on(string kind, string parameters)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(2, "plain.*");
        await using var proxy = new Proxy(folder, Policies.Plain);
        var said = $$"""{"jsonrpc":"2.0","method":"notifications/{{kind}}","params":{{parameters}}}""";
        await using var client = await proxy.ConnectStdioAsync(
            key.Secret.Reveal(), ["--", "sh", "-c", "echo \"$0\" && exec \"$@\"", said, .. PlainServer.Command()[1..]], Earlier);

        Assert.Equal("hello", Clients.TextOf(await client.CallAsync("echo", ("text", "hello"))));
    }

    [Theory]
    [InlineData(false, Earlier)]
    [InlineData(true, Earlier)]
    [InlineData(true, null)]
    public async Task Nobody_hears_what_is_said_to_another(bool isHttpBehind, string? protocol)
    {
        var (mine, theirs) = (new Earwitness(), new Earwitness());
        await using var line = await Line.StartAsync(isHttp: true, isHttpBehind, protocol: protocol, witness: mine);
        await using var other = await line.Proxy.ConnectHttpAsync(await line.Folder.MintAsync(300, "plain.*"), protocol, witness: theirs);

        await Task.WhenAll(Enumerable.Range(0, 4).SelectMany(_ => new[] { LogAsync(line.Client, "mine"), LogAsync(other, "theirs") }));

        Assert.Equal(8, LogOf(mine).Count(said => said.EndsWith("mine", StringComparison.Ordinal)));
        Assert.Equal(8, LogOf(theirs).Count(said => said.EndsWith("theirs", StringComparison.Ordinal)));
        Assert.Equal(16, LogOf(mine).Concat(LogOf(theirs)).Count());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task What_a_client_cancels_is_cancelled_at_the_server_and_stays_paid(bool isHttp, bool isHttpBehind, string? protocol)
    {
        await using var line = await Line.StartAsync(isHttp, isHttpBehind, protocol: protocol);
        var path = Path.Combine(line.Proxy.Folder, "waiting");
        using var hangUp = new CancellationTokenSource();
        var request = new JsonRpcRequest
        {
            Id = new RequestId("waiting"),
            Method = RequestMethods.ToolsCall,
            Params = new JsonObject { ["name"] = "wait", ["arguments"] = new JsonObject { ["path"] = path } },
        };

        var call = line.Client.SendRequestAsync(request, hangUp.Token);
        await Eventually.IsTrueAsync(() => IsWrittenAsync(path, "started"));
        await line.Client.SendNotificationAsync(
            NotificationMethods.CancelledNotification, new CancelledNotificationParams { RequestId = request.Id }, cancellationToken: TestContext.Current.CancellationToken);
        if (isHttp && protocol is null)
        {
            // The newest revision has no notice over HTTP: hanging up is it.
            await hangUp.CancelAsync();
        }

        await Eventually.IsTrueAsync(() => IsWrittenAsync(path, "cancelled"));
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(Cost.FromCents(4), await line.SpentAsync());
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

    private static IEnumerable<string> LogOf(Earwitness heard) =>
        heard.Of(NotificationMethods.LoggingMessageNotification).Select(said => $"{said["level"]} {said["logger"]} {said["data"]}");

    // Earlier revisions say the level once, the newest with each request.
    private static async Task LogAsync(McpClient client, string text)
    {
        var token = TestContext.Current.CancellationToken;
        if (client.NegotiatedProtocolVersion == Earlier)
        {
            await client.SetLoggingLevelAsync(LoggingLevel.Info, cancellationToken: token);
        }

        var result = await client.CallAsync("log", ("text", text));
        Assert.Equal("logged", Clients.TextOf(result));
    }

    private static async Task<bool> IsWrittenAsync(string path, string text)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync() == text;
    }
}
