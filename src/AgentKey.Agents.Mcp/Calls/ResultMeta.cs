using System.Text.Json.Nodes;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>What a result says about the money, in its <c>_meta</c>.</summary>
internal static class ResultMeta
{
    /// <summary>What the call cost, in exact decimal cents.</summary>
    public const string Cost = "agentkey/costCents";

    /// <summary>What the key can still spend, in exact decimal cents; left out for a key without a cap.</summary>
    public const string Remaining = "agentkey/remainingCents";

    public static JsonObject Of(ToolPayment payment)
    {
        var meta = new JsonObject { [Cost] = payment.Cost.Cents };
        if (payment.Remaining is { } left)
        {
            meta[Remaining] = left.Cents;
        }

        return meta;
    }

    /// <summary>Both, as a new object; where they differ, <paramref name="added"/> wins.</summary>
    public static JsonObject Merge(JsonObject? own, JsonObject added)
    {
        var merged = own?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in added)
        {
            merged[name] = value?.DeepClone();
        }

        return merged;
    }
}
