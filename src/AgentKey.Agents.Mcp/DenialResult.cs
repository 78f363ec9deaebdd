using AgentKey.Charging;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp;

/// <summary>
/// A refusal as MCP carries it: an error result whose text and structure the model sees whole. Not a protocol error,
/// which clients hide from the model.
/// </summary>
internal static class DenialResult
{
    public static CallToolResult Of(Denial denial) => new()
    {
        IsError = true,
        Content = [new TextContentBlock { Text = $"{denial.Code}: {denial.Message}" }],
        StructuredContent = DenialContent.Of(denial).ToJson(),
    };
}
