using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>Whose key it is, and who never gets to see it.</summary>
public sealed class KeyTests
{
    private static readonly HttpClient Http = new();

    [Theory]
    [InlineData(null)]
    [InlineData("ak_no_key_at_all")]
    public async Task Over_http_nobody_comes_in_without_a_key(string? secret)
    {
        await using var line = await Line.StartAsync(isHttp: true);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, line.Proxy.Endpoint) { Content = JsonContent.Create(new JsonObject()) };
        request.Headers.Authorization = secret is null ? null : new("Bearer", secret);

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.StartsWith("Bearer realm=\"agentkey\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_http_a_revoked_key_is_refused_at_the_next_call()
    {
        await using var line = await Line.StartAsync(isHttp: true);
        await line.Client.CallAsync("echo", ("text", "before"));

        await line.Folder.Keys.RevokeAsync(line.Key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(async () => await line.Client.CallAsync("echo", ("text", "after")));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Over_http_a_session_is_bound_to_the_key_that_began_it()
    {
        await using var line = await Line.StartAsync(isHttp: true, protocol: "2025-11-25");
        var thief = await line.Folder.MintAsync(300, "plain.*");
        await line.Client.CallAsync("echo", ("text", "mine"));
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, line.Proxy.Endpoint)
        {
            Content = JsonContent.Create(new JsonObject
            {
                ["jsonrpc"] = "2.0",
                ["id"] = 7,
                ["method"] = "tools/call",
                ["params"] = new JsonObject { ["name"] = "calls", ["arguments"] = new JsonObject() },
            }),
            Headers = { { "Mcp-Session-Id", line.Client.SessionId }, { "MCP-Protocol-Version", "2025-11-25" }, { "Accept", "application/json, text/event-stream" } },
        };
        request.Headers.Authorization = new("Bearer", thief.Secret.Reveal());

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(await line.Folder.LedgerAsync(thief));
    }

    [Fact]
    public async Task Over_http_the_environments_key_pays_for_nobody()
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        await using var proxy = new Proxy(folder, Policies.Plain) { Environment = { [AgentSecret.EnvironmentVariable] = key.Secret.Reveal() } };
        await proxy.StartHttpAsync(PlainServer.Command());

        var refused = await Assert.ThrowsAsync<HttpRequestException>(async () => await proxy.ConnectHttpAsync(key: null));

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task The_server_behind_is_asked_for_no_task_because_nobody_could_fetch_its_result()
    {
        await using var line = await Line.StartAsync(protocol: "2025-11-25");
        var parameters = new JsonObject { ["name"] = "meta", ["arguments"] = new JsonObject(), ["task"] = new JsonObject { ["ttl"] = 60_000 } };

        var answer = await line.Client.SendRequestAsync(new JsonRpcRequest { Method = RequestMethods.ToolsCall, Params = parameters }, TestContext.Current.CancellationToken);

        var seen = JsonNode.Parse((string)answer.Result!["content"]![0]!["text"]!)!;
        Assert.Equal("meta", (string?)seen["name"]);
        Assert.Null(seen["task"]);
    }

    [Fact]
    public async Task Over_stdio_nothing_is_listed_and_nothing_runs_without_a_key()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Policies.Plain);
        await using var client = await proxy.ConnectStdioAsync(secret: null, PlainServer.Command());

        Assert.Empty(await client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken));
        Assert.Equal("no_caller", Clients.CodeOf(await client.CallAsync("echo", ("text", "hello"))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_server_behind_is_started_without_the_key_and_without_our_settings(bool isHttp)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        var secret = key.Secret.Reveal();
        await using var proxy = new Proxy(folder, Policies.Plain)
        {
            Environment =
            {
                ["AGENTKEY_STORE"] = "postgres:Host=nowhere;Password=hunter2",
                ["AGENTKEY_API_KEY"] = secret,
                ["OPENAI_API_KEY"] = secret,
                ["PLAIN_SETTING"] = "kept",
            },
        };
        if (isHttp)
        {
            await proxy.StartHttpAsync(PlainServer.Command("--flag"));
        }

        await using var client = isHttp ? await proxy.ConnectHttpAsync(key) : await proxy.ConnectStdioAsync(secret, PlainServer.Command("--flag"));
        var seen = Clients.TextOf(await client.CallAsync("environment"));

        Assert.Contains("PLAIN_SETTING=kept", seen, StringComparison.Ordinal);
        Assert.Contains("--flag", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, seen, StringComparison.Ordinal);
        Assert.DoesNotContain("AGENTKEY_", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_server_behind_is_called_with_its_own_headers_and_not_with_the_callers(bool isHttp)
    {
        await using var server = await PlainServer.StartHttpAsync();
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        await using var proxy = new Proxy(folder, Policies.Plain) { Environment = { ["PLAIN_TOKEN"] = "Bearer its-own" } };
        string[] upstream = ["--url", server.Endpoint.ToString(), "--header", "Authorization=PLAIN_TOKEN"];
        if (isHttp)
        {
            await proxy.StartHttpAsync(upstream);
        }

        await using var client = isHttp ? await proxy.ConnectHttpAsync(key) : await proxy.ConnectStdioAsync(key.Secret.Reveal(), upstream);
        var seen = Clients.TextOf(await client.CallAsync("headers"));

        Assert.Contains("Authorization: Bearer its-own", seen, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret.Reveal(), seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task What_the_callers_headers_say_of_its_trace_reaches_no_server_and_what_its_request_says_does(string? protocol)
    {
        await using var line = await Line.StartAsync(isHttp: true, isHttpBehind: true);
        var transport = new HttpClientTransport(new HttpClientTransportOptions
        {
            Endpoint = line.Proxy.Endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
            AdditionalHeaders = new Dictionary<string, string>
            {
                ["Authorization"] = "Bearer " + line.Key.Secret.Reveal(),
                ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                ["tracestate"] = "vendor=state-of-the-caller",
                ["baggage"] = $"who=caller,key={line.Key.Secret.Reveal()}",
            },
        });
        await using var client = await Clients.ConnectAsync(transport, protocol);

        var options = new RequestOptions { Meta = new() { ["traceparent"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" } };

        var headers = Clients.TextOf(await client.CallAsync("headers"));
        var parameters = Clients.TextOf(await client.CallToolAsync("meta", options: options, cancellationToken: TestContext.Current.CancellationToken));

        Assert.DoesNotContain("0af7651916cd43dd8448eb211c80319c", headers + parameters, StringComparison.Ordinal);
        Assert.DoesNotContain("caller", headers + parameters, StringComparison.Ordinal);
        Assert.DoesNotContain(line.Key.Secret.Reveal(), headers, StringComparison.Ordinal);
        Assert.Equal("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", (string?)JsonNode.Parse(parameters)!["_meta"]!["traceparent"]);
    }

    [Fact]
    public async Task What_is_between_the_caller_and_the_proxy_stays_there()
    {
        await using var line = await Line.StartAsync();
        var options = new RequestOptions { Meta = new() { ["agentkey/idempotencyKey"] = "order-1", ["plain/trace"] = "kept" } };

        var result = await line.Client.CallToolAsync("meta", options: options, cancellationToken: TestContext.Current.CancellationToken);
        var meta = JsonNode.Parse(Clients.TextOf(result))!["_meta"]!;

        Assert.Equal("kept", meta["plain/trace"]!.GetValue<string>());
        Assert.Null(meta["agentkey/idempotencyKey"]);
    }

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "ak_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData(false, "ak_0123456789abcdef0123456789abcdef0123456789ab")]
    public async Task A_request_with_a_key_inside_is_refused_before_it_costs_anything(bool isInMeta, string before)
    {
        await using var line = await Line.StartAsync();
        var text = $"my key is {before}{line.Key.Secret.Reveal()}, use it";
        var arguments = new Dictionary<string, object?> { ["text"] = isInMeta ? "hello" : text };
        var options = new RequestOptions { Meta = isInMeta ? new() { ["plain/note"] = new JsonArray(text) } : null };

        var refused = await Assert.ThrowsAsync<McpProtocolException>(
            async () => await line.Client.CallToolAsync("echo", arguments, options: options, cancellationToken: TestContext.Current.CancellationToken));

        Assert.Equal(McpErrorCode.InvalidParams, refused.ErrorCode);
        Assert.DoesNotContain(line.Key.Secret.Reveal(), refused.Message, StringComparison.Ordinal);
        Assert.Equal("0", Clients.TextOf(await line.Client.CallAsync("calls")));
        Assert.Equal(Cost.Zero, await line.SpentAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_request_with_an_encoded_key_inside_is_refused_before_it_costs_anything(bool isPercentEncoded)
    {
        await using var line = await Line.StartAsync();
        var secret = line.Key.Secret.Reveal();
        var text = isPercentEncoded
            ? $"https://elsewhere.example/?key={secret.Replace("_", "%5F", StringComparison.Ordinal)}"
            : "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"user:{secret}"));

        var refused = await Assert.ThrowsAsync<McpProtocolException>(async () => await line.Client.CallAsync("echo", ("text", text)));

        Assert.Equal(McpErrorCode.InvalidParams, refused.ErrorCode);
        Assert.Equal("0", Clients.TextOf(await line.Client.CallAsync("calls")));
        Assert.Equal(Cost.Zero, await line.SpentAsync());
    }

    [Theory]
    [InlineData("""{"name": "echo", "Name": "calls", "arguments": {"text": "hello"}}""")]
    [InlineData("""{"name": "calls", "name": "echo", "arguments": {"text": "hello"}}""")]
    [InlineData("""{"name": "echo", "arguments": {"text": "hello", "text": "good-bye"}}""")]
    [InlineData("""{"name": "repeat", "arguments": {"times": 1, "times": 1000}}""")]
    [InlineData("""{"name": "echo", "arguments": {"text": "hello", "more": [{"a": {"b": 1, "b": 2}}]}}""")]
    [InlineData("""{"name": "echo", "arguments": {"text": "hello"}, "_meta": {"agentkey/idempotencyKey": "a", "agentkey/idempotencyKey": "b"}}""")]
    [InlineData("""{"name": "echo", "arguments": {"text": "hello"}, "_meta": {"agentkey/idempotencyKey": "a", "agentkey/IdempotencyKey": "b"}}""")]
    public async Task A_request_that_says_one_thing_twice_reaches_no_server_and_costs_nothing(string parameters)
    {
        await using var line = await Line.StartAsync(isHttp: true, protocol: "2025-11-25");

        var said = await SayAsync(line, parameters);

        Assert.Equal(-32602, (int)said["error"]!["code"]!);
        Assert.Contains("twice", (string)said["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Equal("0", Clients.TextOf(await line.Client.CallAsync("calls")));
        Assert.Equal(Cost.Zero, await line.SpentAsync());
    }

    // The guard would read it, and the server behind might not.
    [Theory]
    [InlineData("""{"Name": "echo", "arguments": {"text": "hello"}}""", "'name'")]
    [InlineData("""{"name": "repeat", "Arguments": {"times": 1}}""", "'arguments'")]
    public async Task A_request_that_spells_the_protocols_names_otherwise_reaches_no_server_and_costs_nothing(string parameters, string accepted)
    {
        await using var line = await Line.StartAsync(isHttp: true, protocol: "2025-11-25");

        var said = await SayAsync(line, parameters);

        Assert.Equal(-32602, (int)said["error"]!["code"]!);
        Assert.Contains(accepted, (string)said["error"]!["message"]!, StringComparison.Ordinal);
        Assert.Equal("0", Clients.TextOf(await line.Client.CallAsync("calls")));
        Assert.Equal(Cost.Zero, await line.SpentAsync());
    }

    [Fact]
    public async Task Names_inside_of_arguments_that_differ_only_in_case_are_passed_on_unless_the_price_goes_by_one_of_them()
    {
        await using var line = await Line.StartAsync(isHttp: true, protocol: "2025-11-25");

        var echoed = await SayAsync(line, """{"name": "echo", "arguments": {"text": "hello", "Text": 1, "more": [{"Path": 1, "PATH": {"a": 1, "A": 2}}]}}""");
        var unpriced = await SayAsync(line, """{"name": "repeat", "arguments": {"times": 1, "Times": 1000}}""");

        Assert.Equal("hello", (string)echoed["result"]!["content"]![0]!["text"]!);
        Assert.Equal("invalid_argument", (string)unpriced["result"]!["structuredContent"]!["code"]!);
        Assert.Equal(Cost.FromCents(1), await line.SpentAsync());
    }

    private static async Task<JsonNode> SayAsync(Line line, string parameters)
    {
        var body = $$"""{"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {{parameters}}}""";
        using var request = new HttpRequestMessage(HttpMethod.Post, line.Proxy.Endpoint)
        {
            Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json")),
            Headers = { { "Mcp-Session-Id", line.Client.SessionId }, { "MCP-Protocol-Version", "2025-11-25" }, { "Accept", "application/json, text/event-stream" } },
        };
        request.Headers.Authorization = new("Bearer", line.Key.Secret.Reveal());
        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        return await RawHttp.ReadAsync(response);
    }

    [Fact]
    public async Task A_page_that_gave_this_machine_another_name_is_not_served()
    {
        await using var line = await Line.StartAsync(isHttp: true);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, line.Proxy.Endpoint);
        request.Headers.Host = "rebound.example";
        request.Headers.Authorization = new("Bearer", line.Key.Secret.Reveal());

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Behind_another_proxy_that_keeps_the_name_it_was_called_by_that_name_is_served_and_no_other()
    {
        await using var line = await Line.StartAsync(isHttp: true, options: ["--behind", "127.0.0.1", "--host", "mcp.example.com"]);
        string[] names = ["mcp.example.com", "MCP.example.com:443", "localhost", "rebound.example", "other.mcp.example.com", "example.com"];
        var answers = new List<HttpStatusCode>();
        foreach (var name in names)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, line.Proxy.Endpoint) { Headers = { Host = name } };
            request.Headers.Add("X-Forwarded-Host", "mcp.example.com");
            using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
            answers.Add(response.StatusCode);
        }

        var (served, refused) = (HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest);
        Assert.Equal([served, served, served, refused, refused, refused], answers);
    }

    [Fact]
    public async Task On_this_machine_alone_nobodys_wrong_keys_keep_others_out()
    {
        await using var line = await Line.StartAsync(isHttp: true);

        await PresentWrongKeysAsync(line, from: null);

        Assert.NotEqual(HttpStatusCode.TooManyRequests, await PresentAsync(line, line.Key.Secret.Reveal(), from: null));
    }

    [Fact]
    public async Task Behind_another_proxy_wrong_keys_keep_out_the_address_that_they_come_from()
    {
        await using var line = await Line.StartAsync(isHttp: true, options: ["--behind", "127.0.0.1"]);

        await PresentWrongKeysAsync(line, from: "203.0.113.7");

        Assert.Equal(HttpStatusCode.TooManyRequests, await PresentAsync(line, line.Key.Secret.Reveal(), from: "203.0.113.7"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PresentAsync(line, line.Key.Secret.Reveal(), from: "203.0.113.9, 203.0.113.7"));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await PresentAsync(line, line.Key.Secret.Reveal(), from: "203.0.113.8"));
    }

    [Fact]
    public async Task A_key_with_many_sessions_ends_its_own_that_was_idle_longest_and_nobody_elses()
    {
        await using var line = await Line.StartAsync(isHttp: true);
        var (mine, theirs) = (line.Key.Secret.Reveal(), (await line.Folder.MintAsync(1, "plain.*")).Secret.Reveal());
        var my = await OpenSessionAsync(line, mine);
        var their = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            their.Add(await OpenSessionAsync(line, theirs));
        }

        var beforehand = await PingAsync(line, theirs, their[0]);
        for (var i = 0; i < 3; i++)
        {
            their.Add(await OpenSessionAsync(line, theirs));
        }

        var ended = new List<string>();
        foreach (var session in their)
        {
            if (await PingAsync(line, theirs, session) == HttpStatusCode.NotFound)
            {
                ended.Add(session);
            }
        }

        Assert.Equal(HttpStatusCode.OK, beforehand);
        Assert.Equal(their[1..4], ended);
        Assert.Equal(HttpStatusCode.OK, await PingAsync(line, mine, my));
    }

    [Fact]
    public async Task A_key_whose_sessions_are_all_in_use_begins_no_more()
    {
        await using var line = await Line.StartAsync(isHttp: true);
        var secret = line.Key.Secret.Reveal();
        var listening = new List<HttpResponseMessage>();
        for (var i = 0; i < 100; i++)
        {
            listening.Add(await SendAsync(line, HttpMethod.Get, secret, body: null, await OpenSessionAsync(line, secret)));
        }

        using var refused = await BeginSessionAsync(line, secret);
        listening[7].Dispose();
        await Eventually.IsTrueAsync(async () => (await BeginSessionAsync(line, secret)).StatusCode == HttpStatusCode.OK);

        listening.ForEach(each => each.Dispose());
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
    }

    private static async Task PresentWrongKeysAsync(Line line, string? from)
    {
        for (var i = 0; i < 31; i++)
        {
            await PresentAsync(line, AgentSecret.Generate().Reveal(), from);
        }
    }

    private static async Task<HttpStatusCode> PresentAsync(Line line, string secret, string? from)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, line.Proxy.Endpoint) { Content = JsonContent.Create(new JsonObject()) };
        request.Headers.Authorization = new("Bearer", secret);
        if (from is not null)
        {
            request.Headers.Add("X-Forwarded-For", from);
        }

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }

    private static Task<HttpResponseMessage> BeginSessionAsync(Line line, string secret) => PostAsync(
        line,
        secret,
        """
        {"jsonrpc": "2.0", "id": 1, "method": "initialize",
         "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}}
        """,
        session: null);

    private static async Task<string> OpenSessionAsync(Line line, string secret)
    {
        using var begun = await BeginSessionAsync(line, secret);
        Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
        return begun.Headers.GetValues("Mcp-Session-Id").Single();
    }

    private static async Task<HttpStatusCode> PingAsync(Line line, string secret, string session)
    {
        using var answer = await PostAsync(line, secret, """{"jsonrpc": "2.0", "id": 2, "method": "ping"}""", session);
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> PostAsync(Line line, string secret, string body, string? session) => SendAsync(line, HttpMethod.Post, secret, body, session);

    private static async Task<HttpResponseMessage> SendAsync(Line line, HttpMethod method, string secret, string? body, string? session)
    {
        using var request = new HttpRequestMessage(method, line.Proxy.Endpoint)
        {
            Content = body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse("application/json")),
            Headers = { { "MCP-Protocol-Version", "2025-11-25" }, { "Accept", "application/json, text/event-stream" } },
        };
        request.Headers.Authorization = new("Bearer", secret);
        if (session is not null)
        {
            request.Headers.Add("Mcp-Session-Id", session);
        }

        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
