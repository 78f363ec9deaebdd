using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Cli.McpProxy.Upstream;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>What becomes of a conversation whose server says what cannot be read.</summary>
public sealed class ReadingTests
{
    private const string Tool = """{"tools": {"echo": {"scope": "plain.echo", "cents": 1}, "priced": {"scope": "plain.echo", "cents": 1, "resultCharacters": 1, "upToCents": 100}}}""";

    private const string Fine = """{"content": [{"type": "text", "text": "hello"}]}""";

    public static TheoryData<string> Doubled =>
    [
        """{"content": [], "content": []}""",
        """{"content": [{"type": "text", "text": "a", "text": "bc"}]}""",
        """{"content": [], "_meta": {"a": 1, "a": 2}}""",
        """{"content": [], "structuredContent": {"a": [{"b": 1, "b": 1}]}}""",
    ];

    [Theory]
    [MemberData(nameof(Doubled))]
    public async Task An_answer_that_says_a_name_twice_is_one_failed_answer(string result)
    {
        await using var wire = new Wire();
        wire.Say(new JsonRpcResponse { Id = new RequestId("one"), Result = Read(result) });
        wire.Say(new JsonRpcResponse { Id = new RequestId("two"), Result = Read(Fine) });
        var reader = await wire.ReaderAsync(_ => { });

        Assert.True(reader.TryRead(out var first));
        Assert.True(reader.TryRead(out var second));

        var failed = Assert.IsType<JsonRpcError>(first);
        Assert.Equal(new RequestId("one"), failed.Id);
        Assert.Contains("twice", failed.Error.Message, StringComparison.Ordinal);
        Assert.Equal(new RequestId("two"), Assert.IsType<JsonRpcResponse>(second).Id);
    }

    [Fact]
    public async Task Names_of_an_answer_that_differ_only_in_case_are_names_of_their_own()
    {
        const string Result = """{"content":[],"Content":1,"structuredContent":{"Path":1,"PATH":{"a":2,"A":3}}}""";
        await using var wire = new Wire();
        wire.Say(new JsonRpcResponse { Id = new RequestId("one"), Result = Read(Result) });
        var reader = await wire.ReaderAsync(_ => { });

        Assert.True(reader.TryRead(out var message));

        Assert.Equal(Result, Assert.IsType<JsonRpcResponse>(message).Result!.ToJsonString());
    }

    [Fact]
    public async Task A_reading_that_fails_ends_the_conversation()
    {
        await using var wire = new Wire();
        wire.Say(new JsonRpcNotification { Method = NotificationMethods.LoggingMessageNotification });
        var reader = await wire.ReaderAsync(_ => throw new NotSupportedException("unforeseen"));

        Assert.Throws<NotSupportedException>(() => reader.TryRead(out _));

        await reader.Completion;
    }

    [Theory]
    [MemberData(nameof(Doubled))]
    public async Task A_call_that_is_answered_so_costs_nothing_and_later_ones_are_answered(string result)
    {
        var calls = 0;
        await using var server = await Stranger.StartAsync(context => AnswerAsync(context, () => calls++ == 0 ? result : Fine));
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        await using var proxy = new Proxy(folder, Tool);
        await proxy.StartHttpAsync("--url", server.Origin.ToString());
        await using var client = await proxy.ConnectHttpAsync(key);

        var failed = await Assert.ThrowsAsync<McpProtocolException>(async () => await client.CallAsync("echo"));
        var spent = await folder.SpentAsync(key);
        var later = await client.CallAsync("echo");

        Assert.Contains("twice", failed.Message, StringComparison.Ordinal);
        Assert.Equal(Cost.Zero, spent);
        Assert.Equal("hello", Clients.TextOf(later));
    }

    [Fact]
    public async Task A_price_by_the_result_counts_what_its_client_gets_to_see()
    {
        await using var server = await Stranger.StartAsync(context => AnswerAsync(context, () => """{"content": [{"type": "text", "text": "hello", "Text": "good-bye"}]}"""));
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        await using var proxy = new Proxy(folder, Tool);
        await proxy.StartHttpAsync("--url", server.Origin.ToString());
        await using var client = await proxy.ConnectHttpAsync(key);

        Assert.Equal("hello", Clients.TextOf(await client.CallAsync("priced")));

        Assert.Equal(Cost.FromCents(5), await folder.SpentAsync(key));
    }

    [Fact]
    public async Task A_notification_that_says_a_name_twice_is_left_out()
    {
        const string Doubled = """{"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "level": "info", "data": 1}}""";
        await using var server = await Stranger.StartAsync(context => AnswerAsync(context, () => Fine, Doubled));
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        await using var proxy = new Proxy(folder, Tool);
        await proxy.StartHttpAsync("--url", server.Origin.ToString());
        await using var client = await proxy.ConnectHttpAsync(key, "2025-11-25");

        var results = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            results.Add(Clients.TextOf(await client.CallAsync("echo")));
        }

        var said = await proxy.StopAsync();
        Assert.Equal(["hello", "hello"], results);
        Assert.Contains("makes no sense", said, StringComparison.Ordinal);
    }

    // As the SDK reads what comes over the wire.
    private static JsonNode? Read(string json) => JsonSerializer.Deserialize<JsonNode>(json, McpJsonUtilities.DefaultOptions);

    private static async Task AnswerAsync(HttpContext context, Func<string> call, string? before = null)
    {
        var message = context.Request.Method == HttpMethods.Post ? await JsonNode.ParseAsync(context.Request.Body) : null;
        var said = (string?)message?["method"] switch
        {
            RequestMethods.Initialize => """ "result": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}, "logging": {}}, "serverInfo": {"name": "odd", "version": "1"}}""",
            RequestMethods.ToolsList => """ "result": {"tools": [{"name": "echo", "inputSchema": {"type": "object"}}, {"name": "priced", "inputSchema": {"type": "object"}}]}""",
            RequestMethods.ToolsCall => $"\"result\": {call()}",
            _ => """ "error": {"code": -32601, "message": "no such method"}""",
        };
        if (message?["id"] is not { } id)
        {
            context.Response.StatusCode = message is null ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status202Accepted;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        if (before is not null && (string?)message["method"] == RequestMethods.ToolsCall)
        {
            await context.Response.WriteAsync($"data: {before}\n\n");
        }

        await context.Response.WriteAsync($"data: {{\"jsonrpc\": \"2.0\", \"id\": {id.ToJsonString()}, {said}}}\n\n");
    }

    /// <summary>A wire that says what it is told to.</summary>
    private sealed class Wire : IClientTransport, ITransport
    {
        private readonly Channel<JsonRpcMessage> _messages = Channel.CreateUnbounded<JsonRpcMessage>();

        public string Name => "wire";

        public string? SessionId => null;

        public ChannelReader<JsonRpcMessage> MessageReader => _messages.Reader;

        public void Say(JsonRpcMessage message) => Assert.True(_messages.Writer.TryWrite(message));

        public async Task<ChannelReader<JsonRpcMessage>> ReaderAsync(Action<JsonRpcNotification> hear) =>
            (await new UpstreamTransport(this, hear).ConnectAsync(TestContext.Current.CancellationToken)).MessageReader;

        public Task<ITransport> ConnectAsync(CancellationToken cancellationToken = default) => Task.FromResult<ITransport>(this);

        public Task SendMessageAsync(JsonRpcMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask;

        public ValueTask DisposeAsync()
        {
            _messages.Writer.TryComplete();
            return default;
        }
    }
}
