using System.Buffers;

namespace AgentKey.Scopes;

/// <summary>The grammar of scopes: dotted lower-case segments, compared ordinally.</summary>
/// <remarks>
/// A tool needs a concrete scope such as <c>proxy.chat</c>. A key may hold concrete scopes and patterns whose last
/// whole segment is <c>*</c>: <c>proxy.*</c> covers <c>proxy.chat</c> and <c>proxy.chat.fast</c>, but not <c>proxy</c>.
/// No scope has special power, and no scope implies another.
/// </remarks>
public static class Scope
{
    /// <summary>The most characters in one scope.</summary>
    public const int MaxLength = 128;

    private const string WildcardSuffix = ".*";

    private const string Form = "lower-case segments of a-z, 0-9, - and _ joined by dots, e.g. proxy.chat";

    private static readonly SearchValues<char> SegmentCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Returns <paramref name="scope"/> when it is a concrete scope that a tool may require.</summary>
    /// <exception cref="InvalidFieldException">It is empty, too long or malformed, or holds a wildcard.</exception>
    public static string Require(string? scope, string field = "scope")
    {
        var problem = FindProblem(scope);
        return problem is null ? scope! : throw new InvalidFieldException(field, problem, Form);
    }

    /// <summary>Returns <paramref name="pattern"/> when a key may hold it: a concrete scope, or one that ends in <c>.*</c>.</summary>
    /// <exception cref="InvalidFieldException">It is empty, too long or malformed.</exception>
    public static string RequirePattern(string? pattern, string field = "scope")
    {
        var isWildcard = pattern is not null && pattern.EndsWith(WildcardSuffix, StringComparison.Ordinal);
        var problem = pattern?.Length > MaxLength ? TooLong : FindProblem(isWildcard ? pattern![..^WildcardSuffix.Length] : pattern);
        return problem is null ? pattern! : throw new InvalidFieldException(field, problem, $"{Form}, or proxy.* for everything below proxy");
    }

    /// <summary>Whether a held scope or pattern covers a required scope. Ordinal; never throws, whatever a table holds.</summary>
    public static bool Covers(string held, string required)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(required);
        if (!held.EndsWith(WildcardSuffix, StringComparison.Ordinal))
        {
            return string.Equals(held, required, StringComparison.Ordinal);
        }

        var prefix = held.AsSpan(0, held.Length - 1);
        return prefix.Length > 1 && required.Length > prefix.Length && required.AsSpan().StartsWith(prefix, StringComparison.Ordinal);
    }

    private static string TooLong => $"is longer than {MaxLength} characters";

    private static string? FindProblem(string? scope)
    {
        if (string.IsNullOrEmpty(scope))
        {
            return "is empty";
        }

        if (scope.Length > MaxLength)
        {
            return TooLong;
        }

        foreach (var segment in scope.AsSpan().Split('.'))
        {
            var text = scope.AsSpan(segment);
            if (text.IsEmpty || text.ContainsAnyExcept(SegmentCharacters))
            {
                return "is malformed";
            }
        }

        return null;
    }
}
