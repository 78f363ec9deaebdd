using System.Text.Json;

namespace AgentKey.Cli.McpProxy.Policies;

/// <summary>Reads a policy file. Every error names the member that is wrong, from the root: <c>tools.search.scope</c>.</summary>
internal static class PolicyFile
{
    private const string Form = """{"tools": {"search": {"scope": "web.search", "cents": 1}}}""";

    // A name that stands there twice would be two prices, of which one wins.
    private static readonly JsonDocumentOptions Reading = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidFieldException">There is no such file, or something in it has another form.</exception>
    public static ProxyPolicy Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InvalidFieldException("--policy", $"cannot be read ({error.Message})", $"a file like {Form}");
        }
    }

    /// <summary>Reads the text of a policy file.</summary>
    /// <exception cref="InvalidFieldException">Something in it has another form.</exception>
    public static ProxyPolicy Parse(string json)
    {
        using var document = ParseDocument(json);
        var root = new PolicyMembers(document.RootElement, "--policy", Form);
        var policy = new ProxyPolicy(Entries(root, "tools"), Entries(root, "prompts"), Entries(root, "resources"));
        root.RefuseOthers();
        return policy;
    }

    private static JsonDocument ParseDocument(string json)
    {
        try
        {
            return JsonDocument.Parse(json, Reading);
        }
        catch (JsonException error)
        {
            throw new InvalidFieldException("--policy", $"is no JSON ({error.Message})", $"an object like {Form}");
        }
    }

    // In the order of the file: of several templates, the first counts.
    private static OrderedDictionary<string, PolicyEntry> Entries(PolicyMembers root, string group)
    {
        if (root.Find(group) is not { } found)
        {
            return [];
        }

        PolicyMembers.RequireObject(found, group, """{"NAME": {"scope": "web.search", "cents": 1}}""");
        var allowsArguments = group == "tools";
        var entries = found.EnumerateObject().Select(entry =>
            KeyValuePair.Create(entry.Name, PolicyEntryReader.Read(entry.Name, entry.Value, $"{group}.{entry.Name}", allowsArguments)));
        return new OrderedDictionary<string, PolicyEntry>(entries, StringComparer.Ordinal);
    }
}
