using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AgentKey.Keys;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>Speaks the protocol by hand, so that a test can send what no honest client would.</summary>
internal sealed class RawHttp(Uri endpoint, CreatedKey? key, bool canAsk = true) : IDisposable
{
    private readonly HttpClient _http = new();

    /// <summary>The revision that it says it speaks.</summary>
    public string Protocol { get; init; } = "2026-07-28";

    /// <summary>Calls a tool and returns the whole JSON-RPC answer.</summary>
    public async Task<JsonNode> CallAsync(string tool, JsonObject? arguments = null, string? state = null, JsonObject? answers = null, string? idempotencyKey = null)
    {
        using var response = await SendAsync(tool, arguments, state, answers, idempotencyKey);
        return await ReadAsync(response);
    }

    /// <summary>The JSON-RPC answer in a response, which is a stream of events or the answer alone.</summary>
    public static async Task<JsonNode> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return JsonNode.Parse(text.Split('\n').LastOrDefault(line => line.StartsWith("data: ", StringComparison.Ordinal))?["data: ".Length..] ?? text)!;
    }

    /// <summary>Calls a tool and returns the HTTP response.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string tool, JsonObject? arguments = null, string? state = null, JsonObject? answers = null, string? idempotencyKey = null)
    {
        var meta = Meta();
        if (idempotencyKey is not null)
        {
            meta["agentkey/idempotencyKey"] = idempotencyKey;
        }

        var parameters = new JsonObject { ["name"] = tool, ["arguments"] = arguments ?? [], ["_meta"] = meta };
        if (state is not null)
        {
            parameters["requestState"] = state;
            parameters["inputResponses"] = answers ?? [];
        }

        var body = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = 1, ["method"] = "tools/call", ["params"] = parameters };
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = JsonContent.Create(body) };
        request.Headers.Add("MCP-Protocol-Version", Protocol);
        request.Headers.Add("Mcp-Method", "tools/call");
        request.Headers.Add("Mcp-Name", tool);
        request.Headers.Accept.Add(new("application/json"));
        request.Headers.Accept.Add(new("text/event-stream"));
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key.Secret.Reveal());
        return await _http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private JsonObject Meta() => new()
    {
        ["io.modelcontextprotocol/protocolVersion"] = Protocol,
        ["io.modelcontextprotocol/clientInfo"] = new JsonObject { ["name"] = "raw", ["version"] = "1" },
        ["io.modelcontextprotocol/clientCapabilities"] = canAsk ? new JsonObject { ["elicitation"] = new JsonObject() } : [],
    };
}
