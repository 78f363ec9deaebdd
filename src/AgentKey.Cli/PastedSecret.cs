using AgentKey.Keys;

namespace AgentKey.Cli;

/// <summary>A secret where an id or a path belongs: refused, and not repeated.</summary>
internal static class PastedSecret
{
    // Ids of a host may start with the prefix too, and are shorter or no secrets by their checksum.
    private const int LongestShown = 20;

    /// <summary>Whether a text is a secret, with whatever prefix.</summary>
    public static bool Is(string text) => AgentSecret.TryParse(text, out _, text[..(text.LastIndexOf('_') + 1)]);

    /// <summary>Reads a key's id.</summary>
    /// <exception cref="InvalidFieldException">It is a secret.</exception>
    public static string RequireId(string id, string field) =>
        Is(id) ? throw new InvalidFieldException(field, "is a secret, not an id", "the key's id, e.g. 42") : id;

    /// <summary>Reads a key's id; null stays null.</summary>
    /// <exception cref="InvalidFieldException">It is a secret.</exception>
    public static string? RequireOptionalId(string? id, string field) => id is null ? null : RequireId(id, field);

    /// <summary>A text to show. One that lost a character on its way is still most of a secret.</summary>
    public static string Hide(string text) =>
        text.Length > LongestShown && text.StartsWith(AgentSecret.DefaultPrefix, StringComparison.Ordinal) ? $"{AgentSecret.DefaultPrefix}..." : text;
}
