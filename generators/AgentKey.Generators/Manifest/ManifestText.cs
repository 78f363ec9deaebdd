using System.Globalization;
using System.Runtime.Serialization.Json;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace AgentKey.Generators.Manifest;

/// <summary>The manifest as JSON: <c>agentkey.tools.json</c>.</summary>
internal static class ManifestText
{
    public const string FileName = "agentkey.tools.json";

    private const string Version = "1";

    /// <summary>Writes one property a line, so that a change is a line in a review.</summary>
    public static string Write(IEnumerable<ToolEntry> entries)
    {
        var tools = entries.OrderBy(entry => entry.Method, StringComparer.Ordinal).Select(WriteOne).ToList();
        var list = tools.Count == 0 ? "[]" : $"[\n{string.Join(",\n", tools)}\n  ]";
        return $"{{\n  \"version\": {Version},\n  \"tools\": {list}\n}}\n";
    }

    /// <summary>Reads what <see cref="Write"/> wrote; an empty object is a manifest without tools.</summary>
    /// <exception cref="FormatException">It is no such JSON; the message is the end of a sentence.</exception>
    public static IReadOnlyList<ToolEntry> Read(string text)
    {
        var root = Parse(text);
        if (root.Element("version") is { } version && version.Value != Version)
        {
            throw new FormatException($"has version {version.Value}, and this release reads {Version}");
        }

        var entries = root.Element("tools")?.Elements().Select(ReadOne).ToList() ?? [];
        var repeated = entries.GroupBy(entry => entry.Method, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return repeated is null ? entries : throw new FormatException($"lists '{repeated.Key}' more than once");
    }

    private static XElement Parse(string text)
    {
        // The reader takes it for the end of a document, and fails of that in its own words.
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new FormatException("is empty: a manifest without tools is {}");
        }

        try
        {
            using var reader = JsonReaderWriterFactory.CreateJsonReader(Encoding.UTF8.GetBytes(text), XmlDictionaryReaderQuotas.Max);
            var root = XElement.Load(reader);
            return root.Attribute("type")?.Value == "object" ? root : throw new FormatException("is no JSON object");
        }
        catch (XmlException)
        {
            throw new FormatException("is no JSON");
        }
    }

    private static ToolEntry ReadOne(XElement tool) => new(
        Required(tool, "method"),
        Required(tool, "tool"),
        tool.Element("scope") is { } scope && scope.Attribute("type")?.Value == "string" ? scope.Value : null,
        Required(tool, "price"),
        Required(tool, "onFailure"),
        Required(tool, "onCancellation"),
        Required(tool, "schema"));

    private static string Required(XElement tool, string name) => tool.Element(name) is { } value && value.Attribute("type")?.Value == "string"
        ? value.Value
        : throw new FormatException($"has a tool without \"{name}\"");

    private static string WriteOne(ToolEntry entry)
    {
        var properties = new[]
        {
            ("method", entry.Method),
            ("tool", entry.Tool),
            ("scope", entry.Scope),
            ("price", entry.Price),
            ("onFailure", entry.OnFailure),
            ("onCancellation", entry.OnCancellation),
            ("schema", entry.Schema),
        };
        return $"    {{\n{string.Join(",\n", properties.Select(property => $"      \"{property.Item1}\": {Literal(property.Item2)}"))}\n    }}";
    }

    /// <summary>A text as the manifest writes it.</summary>
    public static string Literal(string? value)
    {
        if (value is null)
        {
            return "null";
        }

        var literal = new StringBuilder("\"");
        foreach (var character in value)
        {
            literal.Append(character switch
            {
                '"' or '\\' => "\\" + character,
                < ' ' => "\\u" + ((int)character).ToString("x4", CultureInfo.InvariantCulture),
                _ => character.ToString(),
            });
        }

        return literal.Append('"').ToString();
    }
}
