using System.Security.Cryptography;
using System.Text;

namespace AgentKey.Postgres.Schema;

/// <summary>A table by name, parsed strictly and quoted part by part.</summary>
internal sealed record TableName
{
    private const int HashLength = 8;

    private TableName(string? schema, string name)
    {
        Schema = schema;
        Name = name;
    }

    public string? Schema { get; }

    public string Name { get; }

    /// <summary>The name as it was parsed.</summary>
    public string Text => Schema is null ? Name : $"{Schema}.{Name}";

    /// <summary>The name as SQL: each part quoted.</summary>
    public string Sql => Qualify(Name);

    /// <summary>Parses <c>name</c> or <c>schema.name</c>.</summary>
    /// <exception cref="InvalidFieldException">It is no identifier.</exception>
    public static TableName Parse(string? text, string field = "table")
    {
        var parts = (text ?? "").Split('.');
        if (parts.Length > 2 || !Array.TrueForAll(parts, SqlIdentifier.IsValid))
        {
            throw new InvalidFieldException(
                field, "is no identifier", $"name or schema.name, each of letters, digits and _, at most {SqlIdentifier.MaxBytes} bytes, not starting with a digit");
        }

        return parts.Length == 2 ? new TableName(parts[0], parts[1]) : new TableName(null, parts[0]);
    }

    /// <summary>A table of ours beside this one.</summary>
    public TableName Beside(string suffix) => new(Schema, Derived(suffix));

    /// <summary>A name that starts with this one and still fits: a cut name would collide with another without a word.</summary>
    public string Derived(string suffix)
    {
        var name = Name + suffix;
        if (Encoding.UTF8.GetByteCount(name) <= SqlIdentifier.MaxBytes)
        {
            return name;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..HashLength];
        var head = Name;
        while (Encoding.UTF8.GetByteCount(head) > SqlIdentifier.MaxBytes - HashLength - 1 - suffix.Length)
        {
            head = head[..^1];
        }

        return $"{head}_{hash}{suffix}";
    }

    /// <summary>Another name in the same schema, as SQL.</summary>
    public string Qualify(string name) => Schema is null ? SqlIdentifier.Quote(name) : $"{SqlIdentifier.Quote(Schema)}.{SqlIdentifier.Quote(name)}";
}
