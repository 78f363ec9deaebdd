using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>
/// Refuses a request that can be read in two ways, before anybody reads it: the guard might charge for the one, and
/// whoever works do the other. The SDK takes names that differ only in case for the same.
/// </summary>
internal static class StrictRequest
{
    private const string Meta = "_meta";

    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    // What a price, a payment or a round goes by.
    private static readonly string[] Names = [Meta, "name", "arguments", "uri", "requestState", "inputResponses", "task"];

    public static McpMessageHandler Around(McpMessageHandler next) => (context, cancellationToken) =>
    {
        if (context.JsonRpcMessage is JsonRpcRequest { Params: { } parameters })
        {
            Require(parameters);
        }

        return next(context, cancellationToken);
    };

    private static void Require(JsonNode parameters)
    {
        try
        {
            using var document = JsonDocument.Parse(parameters.ToJsonString(), Once);
            RequireNames(document.RootElement);
        }
        catch (JsonException)
        {
            throw Refusal("params has a name twice; accepted: each name once in an object");
        }
    }

    private static void RequireNames(JsonElement parameters)
    {
        if (parameters.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        RequireApart(parameters, "params");
        if (parameters.TryGetProperty(Meta, out var meta) && meta.ValueKind == JsonValueKind.Object)
        {
            RequireApart(meta, Meta);
        }

        foreach (var member in parameters.EnumerateObject())
        {
            if (Names.FirstOrDefault(name => name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)) is { } known && known != member.Name)
            {
                throw Refusal($"params has '{member.Name}'; accepted: '{known}'");
            }
        }
    }

    private static void RequireApart(JsonElement members, string field)
    {
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (!members.EnumerateObject().All(member => known.Add(member.Name)))
        {
            throw Refusal($"{field} has a name twice, in upper and lower case; accepted: each name once");
        }
    }

    private static McpProtocolException Refusal(string text) => new(text, McpErrorCode.InvalidParams);
}
