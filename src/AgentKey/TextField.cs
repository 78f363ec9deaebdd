using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace AgentKey;

/// <summary>The rules for free text that comes from outside and ends up in a table, a terminal or a log.</summary>
internal static class TextField
{
    // Surrogates in pairs are fine (emoji in a name); a lone one cannot be encoded as UTF-8.
    private static readonly SearchValues<char> BidirectionalOverrides = SearchValues.Create("\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069");

    /// <summary>Returns <paramref name="value"/> when it is printable, well-formed and short enough.</summary>
    /// <exception cref="InvalidFieldException">It is empty, too long, or carries control or bidirectional characters.</exception>
    public static string Require(string? value, string field, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw Refuse(field, "is empty", maxLength);
        }

        if (value.Length > maxLength)
        {
            throw Refuse(field, $"has {value.Length} characters", maxLength);
        }

        if (value.AsSpan().ContainsAny(BidirectionalOverrides) || value.Any(char.IsControl) || !IsWellFormed(value))
        {
            throw Refuse(field, "holds control, bidirectional or unpaired surrogate characters", maxLength);
        }

        return value;
    }

    /// <summary>As <see cref="Require"/>, but <see langword="null"/> stays <see langword="null"/>.</summary>
    public static string? Optional(string? value, string field, int maxLength) =>
        value is null ? null : Require(value, field, maxLength);

    /// <summary>Returns a text that is only compared with what is there, when every store can be asked for it; <see langword="null"/> stays <see langword="null"/>.</summary>
    /// <exception cref="InvalidFieldException">It holds what no table can hold.</exception>
    [return: NotNullIfNotNull(nameof(value))]
    public static string? Comparable(string? value, string field) => value is null || IsComparable(value)
        ? value
        : throw new InvalidFieldException(field, "holds NUL or unpaired surrogate characters", "text without these");

    /// <summary>Whether every store can be asked for it: Postgres holds no NUL, and an unpaired surrogate has no encoding.</summary>
    public static bool IsComparable(string value) => !value.Contains('\0', StringComparison.Ordinal) && IsWellFormed(value);

    private static bool IsWellFormed(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (!char.IsSurrogate(value[i]))
            {
                continue;
            }

            if (i + 1 == value.Length || !char.IsSurrogatePair(value[i], value[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    private static InvalidFieldException Refuse(string field, string problem, int maxLength) =>
        new(field, problem, $"1 to {maxLength} printable characters");
}
