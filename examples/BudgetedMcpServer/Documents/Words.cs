using System.Text.RegularExpressions;

namespace BudgetedMcpServer.Documents;

/// <summary>Splits text into lower-case words and sentences.</summary>
internal static partial class Words
{
    public static string[] Of(string text) => [.. Word().Matches(text).Select(match => match.Value.ToLowerInvariant())];

    public static string[] Sentences(string markdown) =>
        [.. SentenceEnd().Split(Markup().Replace(markdown, " ")).Select(text => text.Trim()).Where(text => text.Length > 20)];

    [GeneratedRegex(@"\p{L}[\p{L}\p{Nd}_-]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<=[.!?])\s+|\n\s*\n")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"```.*?```|^\s*[#>|*-]+|[`*|]", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Markup();
}
