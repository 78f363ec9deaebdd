using System.Globalization;

namespace AgentKey.Cli;

/// <summary>Instants on the command line: ISO 8601 with an offset, so that no time zone has to be guessed.</summary>
internal static class InstantText
{
    private static readonly string[] Forms = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK"];

    /// <summary>Reads an instant; null stays null.</summary>
    /// <exception cref="InvalidFieldException">The text has another form, or no offset.</exception>
    public static DateTimeOffset? ParseOptional(string? text, string field)
    {
        if (text is null)
        {
            return null;
        }

        var carriesOffset = text.EndsWith('Z') || text.LastIndexOfAny(['+', '-']) > text.IndexOf('T', StringComparison.Ordinal);
        return carriesOffset && DateTimeOffset.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant
            : throw new InvalidFieldException(field, "is no instant with its offset", "2026-11-01T00:00:00Z");
    }
}
