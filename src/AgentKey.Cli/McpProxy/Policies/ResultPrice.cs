using System.Text.Json.Nodes;
using AgentKey.Agents;
using AgentKey.Money;

namespace AgentKey.Cli.McpProxy.Policies;

/// <summary>A price by what comes back: so much for every so many characters of text, or of Base64 where it is data.</summary>
internal sealed class ResultPrice(Cost cost, long characters)
{
    private static readonly string[] Measured = ["text", "data", "blob"];

    private readonly ToolPrice _price = ToolPrice.PerArgument(cost, "characters", characters);

    /// <summary>What the result of a tool, prompt or resource costs. Structured content repeats the text, so it is not counted.</summary>
    public Cost Of(JsonNode? result) => _price.Of(LengthOf(result?["content"]) + LengthOf(result?["messages"]) + LengthOf(result?["contents"]));

    private static long LengthOf(JsonNode? node) => node switch
    {
        JsonArray items => items.Sum(LengthOf),
        JsonObject block => block.Sum(member => Measured.Contains(member.Key) && member.Value is JsonValue value && value.TryGetValue<string>(out var text)
            ? text.Length
            : member.Key is "content" or "resource" ? LengthOf(member.Value) : 0),
        _ => 0,
    };
}
