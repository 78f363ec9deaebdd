using System.Globalization;

namespace AgentKey.Postgres.Schema;

/// <summary>The type of the keys table's id column. Outside the store every id is text.</summary>
/// <param name="Sql">The type as the catalog spells it, for casts.</param>
internal sealed record KeyIdType(string Sql)
{
    /// <summary>Whether a text can be an id of this type; what cannot is simply not found.</summary>
    public bool Accepts(string keyId) => Sql switch
    {
        "smallint" => short.TryParse(keyId, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "integer" => int.TryParse(keyId, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "bigint" => long.TryParse(keyId, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "uuid" => Guid.TryParseExact(keyId, "D", out _),
        _ => !keyId.Contains('\0', StringComparison.Ordinal),
    };
}
