using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelContextProtocol;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>
/// The id that a client may give a call in its <c>_meta</c>, so that a retry is not paid for and not run again. It counts
/// within the key and the tool. The ids of JSON-RPC start at 1 with every client, so they are never used for it.
/// </summary>
internal static class IdempotencyKey
{
    public const string Property = "agentkey/idempotencyKey";

    private const int MaxLength = 256;

    /// <summary>The operation id that stands for it.</summary>
    /// <exception cref="McpProtocolException">It is no text, empty or too long.</exception>
    public static string? Find(CallFacts facts, JsonObject? meta)
    {
        if (meta is null || !meta.TryGetPropertyValue(Property, out var given))
        {
            return null;
        }

        // One that is null was meant to be one: without it, the retry would be paid for again.
        if (given?.GetValueKind() != JsonValueKind.String || given.GetValue<string>() is not { Length: > 0 and <= MaxLength } key)
        {
            throw new McpProtocolException($"{Property} is not acceptable; accepted: a text of 1 to {MaxLength} characters", McpErrorCode.InvalidParams);
        }

        // Hashed, so that a client's text needs no rules of its own and cannot meet an id of another tool.
        return "mcp-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{facts.Kind}\n{facts.Name}\n{key}")));
    }
}
