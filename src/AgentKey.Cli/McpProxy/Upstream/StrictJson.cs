using System.Text.Json;
using System.Text.Json.Nodes;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>
/// JSON in which each name occurs once, and names that differ in case are different ones. The SDK takes these for the same,
/// and then fails wherever an object is looked into.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Once = new() { AllowDuplicateProperties = false };

    /// <summary>A copy that is read so.</summary>
    /// <exception cref="JsonException">A name occurs twice.</exception>
    public static JsonNode? Read(JsonNode? node) => JsonNode.Parse(JsonSerializer.SerializeToUtf8Bytes(node), documentOptions: Once);
}
