using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.AspNetCore;
using AgentKey.Keys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.AspNetCore.Authentication;

namespace AgentKey.Agents.Mcp.Tests;

/// <summary>What the HTTP transport itself has to refuse.</summary>
public sealed class HttpTests
{
    [Fact]
    public async Task Row72_A_session_is_bound_to_the_key_that_began_it()
    {
        await using var server = await HttpServer.StartAsync(
            mcp => mcp.WithAgentKeys().WithAgentTools(), new Wire(HttpServerSessionMode.Stateful, "2025-11-25"));
        var owner = await server.Folder.MintAsync(300, "test.*");
        var thief = await server.Folder.MintAsync(300, "test.*");
        using var http = new HttpClient();
        using var begun = await PostAsync(http, server, owner, session: null, Initialize);
        var session = Assert.Single(begun.Headers.GetValues("Mcp-Session-Id"));

        using var byThief = await PostAsync(http, server, thief, session, CallWork);
        using var byOwner = await PostAsync(http, server, owner, session, CallWork);

        Assert.Equal(HttpStatusCode.Forbidden, byThief.StatusCode);
        Assert.Equal(HttpStatusCode.OK, byOwner.StatusCode);
        Assert.Contains("done", await byOwner.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(1, server.Bodies);
        Assert.Empty(await server.Folder.LedgerAsync(thief));
    }

    [Fact]
    public async Task A_header_of_20_kB_is_no_key()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Endpoint) { Content = JsonContent.Create(CallWork) };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer ak_" + new string('a', 20_000));

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer realm=\"agentkey\", error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal(0, server.Bodies);
    }

    /// <summary>Metadata would send an OAuth client to a sign-in that a key cannot take part in.</summary>
    [Fact]
    public async Task Nothing_is_said_of_OAuth_unless_the_host_asks_for_it()
    {
        await using var server = await HttpServer.StartAsync(mcp => mcp.WithAgentKeys().WithAgentTools());
        using var http = new HttpClient();

        using var challenge = await http.PostAsJsonAsync(server.Endpoint, CallWork, TestContext.Current.CancellationToken);
        using var metadata = await http.GetAsync(
            new Uri(server.Endpoint, "/.well-known/oauth-protected-resource/mcp"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, challenge.StatusCode);
        Assert.Equal("Bearer realm=\"agentkey\"", challenge.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.NotFound, metadata.StatusCode);
    }

    [Fact]
    public async Task A_host_that_asks_for_OAuth_metadata_gets_it_and_keys_still_open_the_door()
    {
        await using var server = await HttpServer.StartAsync(mcp =>
        {
            mcp.WithAgentKeys().WithAgentTools();
            mcp.Services.Configure<AuthenticationOptions>(options =>
            {
                options.DefaultScheme = CallerIdentity.Scheme;
                options.DefaultChallengeScheme = McpAuthenticationDefaults.AuthenticationScheme;
            });
            mcp.Services.AddAuthentication().AddMcp(options =>
            {
                options.ForwardAuthenticate = CallerIdentity.Scheme;
                options.ResourceMetadata = new() { ScopesSupported = ["test.work"], AuthorizationServers = { "https://login.example.com" } };
            });
        });
        var key = await server.Folder.MintAsync(300, "test.*");
        using var http = new HttpClient();

        using var challenge = await http.PostAsJsonAsync(server.Endpoint, CallWork, TestContext.Current.CancellationToken);
        var metadata = await http.GetStringAsync(
            new Uri(server.Endpoint, "/.well-known/oauth-protected-resource/mcp"), TestContext.Current.CancellationToken);
        await using var client = await server.ConnectAsync(key);
        var result = await client.CallAsync("work");

        Assert.Contains("resource_metadata=", challenge.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"test.work\"", metadata, StringComparison.Ordinal);
        Assert.Equal("done", Clients.TextOf(result));
    }

    [Fact]
    public async Task A_missing_scope_can_be_a_403_that_names_it_and_nothing_that_the_key_has()
    {
        await using var server = await HttpServer.StartAsync(WithForbidding);
        var key = await server.Folder.MintAsync(300, "other.*");
        using var http = new RawHttp(server.Endpoint, key);

        using var response = await http.SendAsync("work");

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("Bearer realm=\"agentkey\", error=\"insufficient_scope\", scope=\"test.work\"", response.Headers.WwwAuthenticate.ToString());
        Assert.Equal("insufficient_scope", (string?)(await RawHttp.ReadAsync(response))["result"]!["structuredContent"]!["code"]);
        Assert.Equal(0, server.Bodies);
    }

    /// <summary>An exhausted budget is no matter of scopes, and the older revision has begun its response when a tool is called.</summary>
    [Fact]
    public async Task Every_other_refusal_stays_a_result()
    {
        await using var server = await HttpServer.StartAsync(WithForbidding, new Wire(HttpServerSessionMode.Stateless, "2025-11-25"));
        using var poor = new RawHttp(server.Endpoint, await server.Folder.MintAsync(1, "test.*"));
        using var http = new HttpClient();

        using var exhausted = await poor.SendAsync("work");
        using var older = await PostAsync(http, server, await server.Folder.MintAsync(300, "other.*"), session: null, CallWork);

        Assert.Equal(HttpStatusCode.OK, exhausted.StatusCode);
        Assert.Equal("budget_exhausted", (string?)(await RawHttp.ReadAsync(exhausted))["result"]!["structuredContent"]!["code"]);
        Assert.Equal(HttpStatusCode.OK, older.StatusCode);
        Assert.Equal("insufficient_scope", (string?)(await RawHttp.ReadAsync(older))["result"]!["structuredContent"]!["code"]);
        Assert.Equal(0, server.Bodies);
    }

    [Theory]
    [MemberData(nameof(Wire.All), MemberType = typeof(Wire))]
    public async Task A_scope_for_the_whole_server_is_asked_for_before_anything_is_read(HttpServerSessionMode mode, string protocol)
    {
        await using var server = await HttpServer.StartAsync(
            mcp => mcp.WithAgentKeys().WithAgentTools(), new Wire(mode, protocol), map: endpoint => endpoint.RequireAgentScope("mcp.use"));
        var outsider = await server.Folder.MintAsync(300, "test.*");
        var insider = await server.Folder.MintAsync(300, "test.*", "mcp.use");
        using var http = new HttpClient();

        using var refused = await PostAsync(http, server, outsider, session: null, protocol == "2025-11-25" ? Initialize : CallWork);
        await using var client = await server.ConnectAsync(insider, new Wire(mode, protocol));
        var result = await client.CallAsync("work");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Equal("Bearer realm=\"agentkey\", error=\"insufficient_scope\", scope=\"mcp.use\"", refused.Headers.WwwAuthenticate.ToString());
        Assert.Equal("done", Clients.TextOf(result));
    }

    private static void WithForbidding(IMcpServerBuilder mcp)
    {
        mcp.WithAgentKeys().WithAgentTools();
        mcp.Services.AddHttpContextAccessor();
        mcp.Services.AddOptions<AgentKeysMcpOptions>().Configure<IHttpContextAccessor>(
            (options, http) => options.OnRefused = denial => http.HttpContext?.TryForbid(denial));
    }

    private static JsonObject Initialize => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = 1,
        ["method"] = "initialize",
        ["params"] = new JsonObject
        {
            ["protocolVersion"] = "2025-11-25",
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "raw", ["version"] = "1" },
        },
    };

    private static JsonObject CallWork => new()
    {
        ["jsonrpc"] = "2.0",
        ["id"] = 2,
        ["method"] = "tools/call",
        ["params"] = new JsonObject { ["name"] = "work", ["arguments"] = new JsonObject() },
    };

    private static async Task<HttpResponseMessage> PostAsync(HttpClient http, HttpServer server, CreatedKey key, string? session, JsonObject message)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Endpoint) { Content = JsonContent.Create(message) };
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.Accept.Add(new("text/event-stream"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret.Reveal());
        if (session is not null)
        {
            request.Headers.Add("Mcp-Session-Id", session);
            request.Headers.Add("MCP-Protocol-Version", "2025-11-25");
        }

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
