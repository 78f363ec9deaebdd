using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ModelContextProtocol;

namespace AgentKey.Agents.Mcp.Catalog;

/// <summary>A price, in the <c>_meta</c> of what it is the price of.</summary>
internal static class PriceTag
{
    public const string Property = "agentkey/price";

    /// <summary>A copy with the price: the SDK hands out one shared object for all callers. Through JSON, so that no property is forgotten.</summary>
    public static T Attach<T>(T item, ToolPrice price)
        where T : class
    {
        var type = (JsonTypeInfo<T>)McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(T));
        var json = JsonSerializer.SerializeToNode(item, type)!.AsObject();
        if (json["_meta"] is not JsonObject meta)
        {
            json["_meta"] = meta = [];
        }

        meta[Property] = Of(price);
        return json.Deserialize(type)!;
    }

    /// <summary>Exact decimal cents, and what they buy. A price by rule is known only when the call is made.</summary>
    private static JsonObject Of(ToolPrice price) => price.Kind switch
    {
        ToolPriceKind.Fixed => new JsonObject { ["cents"] = price.Amount.Cents },
        ToolPriceKind.PerArgument => new JsonObject { ["cents"] = price.Amount.Cents, ["per"] = price.By, ["units"] = price.Units },
        ToolPriceKind.UpTo => new JsonObject { ["upToCents"] = price.Amount.Cents },
        _ => new JsonObject { ["rule"] = price.By },
    };
}
