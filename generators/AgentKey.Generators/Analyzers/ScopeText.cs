using System.Text;

namespace AgentKey.Generators.Analyzers;

/// <summary>The grammar of a tool's scope. The same as AgentKey.Scopes.Scope, which a compiler component cannot load.</summary>
internal static class ScopeText
{
    private const int MaxLength = 128;

    /// <summary>What is wrong with a scope, as the end of a sentence; null when nothing is.</summary>
    public static string? FindProblem(string? scope)
    {
        if (scope is null || scope.Trim().Length == 0)
        {
            return "is empty";
        }

        if (scope.Length > MaxLength)
        {
            return $"is longer than {MaxLength} characters";
        }

        if (scope.Contains('*'))
        {
            return "holds a wildcard, which only a key may hold";
        }

        var segments = scope.Split('.');
        if (segments.Any(segment => segment.Length == 0))
        {
            return "has an empty segment";
        }

        var odd = segments.SelectMany(segment => segment).Where(character => !IsAllowed(character)).Take(1).ToArray();
        return odd.Length == 0 ? null : $"has the character '{odd[0]}'";
    }

    /// <summary>The scope that was clearly meant; null when that is a guess.</summary>
    public static string? Normalise(string? scope)
    {
        var text = scope?.Trim().ToLowerInvariant().Replace(':', '.').Replace('/', '.');
        return text is not null && FindProblem(text) is null ? text : null;
    }

    /// <summary>A scope for a method that has none: <c>ProxyTools.ChatAsync</c> becomes <c>proxy.chat</c>.</summary>
    public static string Suggest(string typeName, string methodName) =>
        $"{Segment(typeName, "Tools", "Tool", "Plugin")}.{Segment(methodName, "Async")}";

    private static string Segment(string name, params string[] suffixes)
    {
        var suffix = suffixes.FirstOrDefault(end => name.Length > end.Length && name.EndsWith(end, StringComparison.Ordinal)) ?? "";
        var segment = new StringBuilder();
        var previous = '_';
        foreach (var character in name.Substring(0, name.Length - suffix.Length))
        {
            if (char.IsUpper(character) && (char.IsLower(previous) || char.IsDigit(previous)))
            {
                segment.Append('-');
            }

            var lower = char.ToLowerInvariant(character);
            segment.Append(IsAllowed(lower) ? lower : '-');
            previous = character;
        }

        return segment.ToString();
    }

    private static bool IsAllowed(char character) => character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '_';
}
