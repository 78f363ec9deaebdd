using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>Where a server sends its client to, its credentials do not go.</summary>
public sealed class RedirectTests
{
    private const string Echo = """{"tools": {"echo": {"scope": "plain.echo", "cents": 1}}}""";

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task A_server_that_redirects_is_not_followed_and_the_start_says_where_to(int status)
    {
        await using var stranger = await Stranger.StartAsync();
        await using var server = await Stranger.StartAsync(context => Redirect(context, status, stranger.Origin));
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Echo) { Environment = { ["PLAIN_TOKEN"] = "its-own" } };

        var (exitCode, output, error) = await proxy.RunAsync(Upstream(server, "--report"));

        Assert.Equal(1, exitCode);
        Assert.Empty(stranger.Requests);
        Assert.Contains($"redirects to {Name(stranger)}", error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output + error, StringComparison.Ordinal);
        Assert.DoesNotContain("its-own", output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_redirected_fails_is_refunded_and_tells_its_client_nothing_of_the_target()
    {
        await using var stranger = await Stranger.StartAsync();
        await using var server = await Stranger.StartAsync(context => AnswerAsync(context, stranger.Origin));
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(300, "plain.*");
        await using var proxy = new Proxy(folder, Echo) { Environment = { ["PLAIN_TOKEN"] = "its-own" } };
        await proxy.StartHttpAsync(Upstream(server));
        await using var client = await proxy.ConnectHttpAsync(key);

        var result = await client.CallAsync("echo", ("text", "hello"));

        Assert.True(result.IsError);
        Assert.DoesNotContain(stranger.Origin.Authority, Clients.TextOf(result), StringComparison.Ordinal);
        Assert.Equal(Cost.Zero, await folder.SpentAsync(key));
        Assert.Contains(server.Requests, request => request.EndsWith("its-own", StringComparison.Ordinal));
        Assert.Empty(stranger.Requests);
        var said = await proxy.StopAsync();
        Assert.Contains($"redirects to {Name(stranger)}", said, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said, StringComparison.Ordinal);
    }

    // Servers of 2024-11-05 say in their stream of events where they take messages.
    [Fact]
    public async Task A_server_that_takes_messages_at_another_origin_gets_none_there()
    {
        await using var stranger = await Stranger.StartAsync();
        await using var server = await Stranger.StartAsync(context => SendElsewhereAsync(context, stranger.Origin));
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Echo) { Environment = { ["PLAIN_TOKEN"] = "its-own" } };

        var (exitCode, _, error) = await proxy.RunAsync(Upstream(server, "--report"));

        Assert.Equal(1, exitCode);
        Assert.Empty(stranger.Requests);
        Assert.Contains(Name(stranger), error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error, StringComparison.Ordinal);
    }

    private static string[] Upstream(Stranger server, params string[] options) =>
        [.. options, "--url", new Uri(server.Origin, "/mcp").ToString(), "--header", "X-Api-Key=PLAIN_TOKEN"];

    private static string Name(Stranger stranger) => stranger.Origin.GetLeftPart(UriPartial.Authority);

    private static string With(Uri origin) => $"http://user:hunter2@{origin.Authority}/mcp?token=hunter2";

    private static Task Redirect(HttpContext context, int status, Uri to)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = With(to);
        return Task.CompletedTask;
    }

    private static async Task AnswerAsync(HttpContext context, Uri to)
    {
        var message = context.Request.Method == HttpMethods.Post ? await JsonNode.ParseAsync(context.Request.Body) : null;
        var result = (string?)message?["method"] switch
        {
            RequestMethods.Initialize => """
                {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "moved", "version": "1"}}
                """,
            RequestMethods.ToolsList => """{"tools": [{"name": "echo", "inputSchema": {"type": "object"}}]}""",
            _ => null,
        };
        if ((string?)message?["method"] == RequestMethods.ToolsCall)
        {
            await Redirect(context, 307, to);
        }
        else if (message?["id"] is { } id)
        {
            var said = result is null ? "\"error\": {\"code\": -32601, \"message\": \"no such method\"}" : "\"result\": " + result;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync($"{{\"jsonrpc\": \"2.0\", \"id\": {id.ToJsonString()}, {said}}}");
        }
        else
        {
            context.Response.StatusCode = message is null ? StatusCodes.Status405MethodNotAllowed : StatusCodes.Status202Accepted;
        }
    }

    private static async Task SendElsewhereAsync(HttpContext context, Uri to)
    {
        if (context.Request.Method != HttpMethods.Get)
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"event: endpoint\ndata: {With(to)}\n\n");
        await context.Response.Body.FlushAsync();
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
