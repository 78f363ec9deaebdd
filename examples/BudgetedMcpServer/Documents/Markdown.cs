using System.Text.RegularExpressions;

namespace BudgetedMcpServer.Documents;

/// <summary>Takes Markdown apart.</summary>
internal static partial class Markdown
{
    /// <summary>The sections of a document, one per heading. A <c>#</c> inside a code fence is no heading.</summary>
    public static IEnumerable<Section> SectionsOf(string path, string text)
    {
        var heading = Path.GetFileName(path);
        var body = new List<string>();
        var isCode = false;
        foreach (var line in text.Split('\n'))
        {
            isCode ^= IsFence(line);
            if (isCode || Heading().Match(line) is not { Success: true } match)
            {
                body.Add(line);
                continue;
            }

            yield return new Section(path, heading, string.Join('\n', body));
            heading = match.Groups["text"].Value;
            body.Clear();
        }

        yield return new Section(path, heading, string.Join('\n', body));
    }

    /// <summary>The sentences of the running text: no code, no tables, no headings, no link targets.</summary>
    public static IEnumerable<string> SentencesOf(string text)
    {
        var isCode = false;
        var prose = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            isCode ^= IsFence(line);
            var isProse = !isCode && !IsFence(line) && !IsIndented(line) && !Heading().IsMatch(line) && !line.TrimStart().StartsWith('|');
            // An empty line ends a paragraph, so that sentences do not run on across it.
            prose.Add(isProse ? ListMark().Replace(Link().Replace(line, "${label}"), "\n") : "\n");
        }

        return Sentence().Matches(string.Join(' ', prose)).Select(match => Blanks().Replace(match.Value, " ").Trim()).Where(IsSentence);
    }

    private static bool IsFence(string line) => line.TrimStart() is var trimmed
        && (trimmed.StartsWith("```", StringComparison.Ordinal) || trimmed.StartsWith("~~~", StringComparison.Ordinal));

    private static bool IsIndented(string line) => line.StartsWith("    ", StringComparison.Ordinal) || line.StartsWith('\t');

    private static bool IsSentence(string text)
    {
        const int fewestWords = 4;
        return Words.Of(text).Take(fewestWords).Count() == fewestWords;
    }

    [GeneratedRegex(@"^#{1,6}\s+(?<text>.+?)\s*#*\s*$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\[(?<label>[^\]]*)\]\([^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\s*([-*+]|\d+[.)])\s+|^\s*$")]
    private static partial Regex ListMark();

    [GeneratedRegex(@"[^\n]+?([.!?](?=\s|$)|(?=\n)|$)")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
