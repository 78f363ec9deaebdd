using System.Text.Json;
using AgentKey.Money;

namespace AgentKey.Cli.McpProxy.Policies;

/// <summary>The members of one object of a policy file, each read at most once, and nothing left over.</summary>
internal sealed class PolicyMembers
{
    private const string CentsForm = "decimal cents of at least 0 with at most 6 decimals, e.g. 15 or 0.03";

    private readonly JsonElement _object;
    private readonly string _path;
    private readonly string _form;
    private readonly List<string> _known = [];

    public PolicyMembers(JsonElement element, string path, string form)
    {
        RequireObject(element, path, form);
        _object = element;
        _path = path;
        _form = form;
    }

    public static void RequireObject(JsonElement element, string path, string form)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidFieldException(path, "is no object", form);
        }
    }

    /// <summary>Where a member is, from the root of the file.</summary>
    public string PathOf(string name) => _path.StartsWith('-') ? name : $"{_path}.{name}";

    public JsonElement? Find(string name)
    {
        _known.Add(name);
        return _object.TryGetProperty(name, out var member) ? member : null;
    }

    public bool FindFlag(string name) => Find(name) switch
    {
        null => false,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } flag => flag.GetBoolean(),
        _ => throw new InvalidFieldException(PathOf(name), "is no flag", "true or false"),
    };

    public string? FindText(string name, string form) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        _ => throw new InvalidFieldException(PathOf(name), "is no text", form),
    };

    public Cost? FindCents(string name)
    {
        if (Find(name) is not { } member)
        {
            return null;
        }

        if (member.ValueKind != JsonValueKind.Number || !member.TryGetDecimal(out var cents))
        {
            throw new InvalidFieldException(PathOf(name), "is no amount", CentsForm);
        }

        try
        {
            return Cost.FromCents(cents);
        }
        catch (InvalidFieldException error)
        {
            throw new InvalidFieldException(PathOf(name), $"is {member.GetRawText()}", error.AcceptedForm);
        }
    }

    public long? FindCount(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var count) && count > 0 => count,
        _ => throw new InvalidFieldException(PathOf(name), "is no number to count by", "a whole number of at least 1, e.g. 1000"),
    };

    /// <summary>A word that nobody asked for is a mistake in spelling, and would be a price that nobody pays.</summary>
    public void RefuseOthers()
    {
        foreach (var member in _object.EnumerateObject())
        {
            if (!_known.Contains(member.Name))
            {
                throw new InvalidFieldException(PathOf(member.Name), "is unknown", $"{string.Join(", ", _known)}, as in {_form}");
            }
        }
    }
}
