using System.Text.Json;

namespace AgentKey.Agents.AI.Prices;

/// <summary>The rows of a price book in JSON.</summary>
internal static class JsonPrices
{
    public const string Form = """an object such as { "prices": [ { "model": "gpt-4o", "input": 2.50, "output": 10 } ] }""";

    public static List<ModelPrice> Rows(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("prices", out var rows) || rows.ValueKind != JsonValueKind.Array)
        {
            throw new InvalidFieldException("prices", "is missing or no list", Form);
        }

        return [.. rows.EnumerateArray().Select((row, index) => PriceRow.Read($"prices[{index}]", FieldsOf(row, index)))];
    }

    private static IEnumerable<PriceField> FieldsOf(JsonElement row, int index) => row.ValueKind == JsonValueKind.Object
        ? row.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null).Select(FieldOf)
        : throw new InvalidFieldException($"prices[{index}]", "is no object", Form);

    private static PriceField FieldOf(JsonProperty property) => property.Value.ValueKind == JsonValueKind.Array
        ? new PriceField(property.Name, null, [.. property.Value.EnumerateArray().Select(TextOf)])
        : new PriceField(property.Name, TextOf(property.Value), []);

    // The raw text of a number is what was written; reading it as a number would round it.
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
