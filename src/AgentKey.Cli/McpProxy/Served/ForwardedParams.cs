using System.Text.Json.Nodes;
using AgentKey.Cli.McpProxy.Upstream;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What the server behind the proxy gets to see of a request: all of it but what is between the caller and the proxy.</summary>
internal static class ForwardedParams
{
    // Our own, and what the SDK says anew on the second leg: versions, the client's name, the token of its progress.
    private static readonly string[] Kept = ["agentkey/", "io.modelcontextprotocol/", "progressToken"];

    /// <summary>A copy to send on.</summary>
    public static JsonObject Of(JsonNode? parameters)
    {
        var copy = parameters?.DeepClone() as JsonObject ?? [];
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
}
