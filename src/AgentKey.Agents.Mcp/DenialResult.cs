using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Charging;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp;

/// <summary>A refusal as MCP carries it: an error result whose text and structure the model sees whole.</summary>
internal static class DenialResult
{
    public static CallToolResult Of(Denial denial)
    {
        var structure = new JsonObject
        {
            ["code"] = denial.Code,
            ["costCents"] = denial.Cost.Cents,
            ["remainingCents"] = denial.Remaining?.Cents,
            ["resetsAt"] = denial.ResetsAt?.UtcDateTime.ToString("O", System.Globalization.CultureInfo.InvariantCulture),
            ["refusedBy"] = denial.RefusedBy,
            ["requiredScope"] = denial.RequiredScope,
        };
        return new CallToolResult
        {
            IsError = true,
            Content = [new TextContentBlock { Text = $"{denial.Code}: {denial.Message}" }],
            StructuredContent = JsonSerializer.SerializeToElement(structure),
        };
    }
}
