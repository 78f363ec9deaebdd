using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AgentKey.Postgres.Schema;

/// <summary>The type of a column that holds an id. Outside the store every id is text.</summary>
/// <param name="Sql">The type as the catalog spells it, for casts.</param>
internal sealed record ReferenceType(string Sql)
{
    /// <summary>Whether a text can be an id of this type; what cannot is simply not found.</summary>
    public bool Accepts(string id) => Sql switch
    {
        "smallint" => short.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "integer" => int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "bigint" => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "uuid" => Guid.TryParseExact(id, "D", out _),
        _ => !id.Contains('\0', StringComparison.Ordinal),
    };

    /// <summary>
    /// An id as the column gives it back, however it was written: <c>042</c> is <c>42</c>, and a uuid has small letters.
    /// What can be no id of this type stays as it is, and equals none.
    /// </summary>
    [return: NotNullIfNotNull(nameof(id))]
    public string? Canonical(string? id) => id is null || !Accepts(id) ? id : Sql switch
    {
        "smallint" or "integer" or "bigint" => long.Parse(id, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        "uuid" => Guid.ParseExact(id, "D").ToString("D"),
        _ => id,
    };

    /// <summary>
    /// The form in which any column may be asked for a uuid whose letters are of either size; null for what is none. For
    /// columns of text, which keep ids as they were written.
    /// </summary>
    public static string? UuidOf(string? id) => Guid.TryParseExact(id, "D", out var uuid) ? uuid.ToString("D") : null;

    /// <summary>Checks an id that is about to be stored.</summary>
    /// <exception cref="InvalidFieldException">The column cannot hold it.</exception>
    public string? Require(string? id, string field) =>
        id is null || Accepts(id) ? id : throw new InvalidFieldException(field, "does not fit its column", $"a value of the type {Sql}");
}
