using System.Globalization;
using AgentKey.Money;

namespace AgentKey.Agents.AI.Prices;

/// <summary>Reads one row of a price book, from wherever its fields come.</summary>
internal sealed class PriceRow
{
    private const string ModelField = "model";
    private const string AliasesField = "aliases";
    private const string FromField = "from";
    private const string AboveField = "aboveInputTokens";
    private const string InputField = "input";
    private const string CachedField = "cachedInput";
    private const string OutputField = "output";
    private const string ReasoningField = "reasoning";
    private const string AudioInputField = "audioInput";
    private const string AudioOutputField = "audioOutput";
    private const string AllFields =
        $"{ModelField}, {AliasesField}, {FromField}, {AboveField}, {InputField}, {CachedField}, {AudioInputField}, {OutputField}, {ReasoningField} and {AudioOutputField}";

    private static readonly string[] Known =
        [ModelField, AliasesField, FromField, AboveField, InputField, CachedField, AudioInputField, OutputField, ReasoningField, AudioOutputField];

    private readonly string _path;
    private readonly Dictionary<string, PriceField> _fields = new(StringComparer.OrdinalIgnoreCase);

    private PriceRow(string path, IEnumerable<PriceField> fields)
    {
        _path = path;
        foreach (var field in fields)
        {
            // A price under a misspelt name would be a call that costs too little.
            if (!Known.Contains(field.Name, StringComparer.OrdinalIgnoreCase) || !_fields.TryAdd(field.Name, field))
            {
                throw new InvalidFieldException(PathOf(field.Name), "is unknown or there twice", AllFields);
            }
        }
    }

    /// <summary>Reads a row.</summary>
    /// <param name="path">Where the row is, for errors, e.g. <c>prices[3]</c>.</param>
    /// <param name="fields">Its fields.</param>
    /// <exception cref="InvalidFieldException">A field is missing, unknown or malformed.</exception>
    public static ModelPrice Read(string path, IEnumerable<PriceField> fields)
    {
        var row = new PriceRow(path, fields);
        var input = row.RequiredAmount(InputField);
        var output = row.RequiredAmount(OutputField);
        var price = new TokenPrice(input, output)
        {
            CachedInput = row.Amount(CachedField) ?? input,
            AudioInput = row.Amount(AudioInputField) ?? input,
            Reasoning = row.Amount(ReasoningField) ?? output,
            AudioOutput = row.Amount(AudioOutputField) ?? output,
        };
        return new ModelPrice(row.Name(ModelField, row.Find(ModelField)?.Text), price)
        {
            Aliases = [.. row.Find(AliasesField)?.Items.Select(item => row.Name(AliasesField, item)) ?? []],
            From = row.Instant(FromField) ?? DateTimeOffset.MinValue,
            AboveInputTokens = row.Count(AboveField) ?? 0,
        };
    }

    private PriceField? Find(string name) => _fields.GetValueOrDefault(name);

    private string PathOf(string name) => $"{_path}.{name}";

    private string Name(string field, string? text) => string.IsNullOrWhiteSpace(text)
        ? throw new InvalidFieldException(PathOf(field), "is missing or empty", "the name of a model, e.g. gpt-4o")
        : text;

    private Cost RequiredAmount(string name) =>
        Amount(name) ?? throw new InvalidFieldException(PathOf(name), "is missing", "decimal dollars for a million tokens, e.g. 2.50");

    private Cost? Amount(string name) => Find(name) is { } field ? Cost.ParseDollars(field.Text, PathOf(name)) : null;

    private long? Count(string name)
    {
        if (Find(name) is not { } field)
        {
            return null;
        }

        return long.TryParse(field.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
            ? count
            : throw new InvalidFieldException(PathOf(name), "is not a number of tokens", "a whole number of at least 1, e.g. 200000");
    }

    private DateTimeOffset? Instant(string name)
    {
        if (Find(name) is not { } field)
        {
            return null;
        }

        string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:sszzz"];
        return DateTimeOffset.TryParseExact(field.Text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw new InvalidFieldException(PathOf(name), "is not an instant", "a day in UTC or an instant with its offset, e.g. 2026-08-01 or 2026-08-01T00:00:00Z");
    }
}
