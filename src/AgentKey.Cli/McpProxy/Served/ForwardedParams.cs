using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What the server behind the proxy gets to see of a request: all of it but what is between the caller and the proxy.</summary>
internal static class ForwardedParams
{
    // Our own, and what the SDK says anew on the second leg: versions, the client's name, the token of its progress.
    private static readonly string[] Kept = ["agentkey/", "io.modelcontextprotocol/", "progressToken"];

    /// <summary>A copy to send on.</summary>
    /// <param name="parameters">As they came.</param>
    /// <param name="state">The server's own state of an earlier round, which the gate in front has taken out of its own.</param>
    /// <param name="answers">The answers to the server's questions of that round.</param>
    public static JsonObject Of(JsonNode? parameters, string? state, IDictionary<string, InputResponse>? answers)
    {
        var copy = parameters?.DeepClone() as JsonObject ?? [];

        // The proxy offers no tasks. A server that does would answer before it has done the work, with no result to take a price of.
        copy.Remove("task");
        Replace(copy, "requestState", state is null ? null : JsonValue.Create(state));
        Replace(copy, "inputResponses", answers is { Count: > 0 } ? JsonSerializer.SerializeToNode(answers, McpJsonUtilities.DefaultOptions) : null);
        if (copy["_meta"] is not JsonObject meta)
        {
            return copy;
        }

        foreach (var name in meta.Select(member => member.Key).Where(name => Kept.Any(kept => name.StartsWith(kept, StringComparison.Ordinal))).ToArray())
        {
            meta.Remove(name);
        }

        if (meta.Count == 0)
        {
            copy.Remove("_meta");
        }

        return copy;
    }

    private static void Replace(JsonObject members, string name, JsonNode? value)
    {
        members.Remove(name);
        if (value is not null)
        {
            members[name] = value;
        }
    }
}
