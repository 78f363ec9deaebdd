namespace BudgetedMcpServer.Documents;

/// <summary>Splits text into the words that carry meaning.</summary>
internal static class Words
{
    private const int ShortestWord = 2;

    private static readonly HashSet<string> Common =
    [
        "about", "all", "also", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "do", "does", "each", "every",
        "for", "from", "has", "have", "how", "if", "in", "into", "is", "it", "its", "may", "more", "must", "no", "not", "of", "on",
        "one", "only", "or", "other", "so", "such", "than", "that", "the", "their", "then", "there", "they", "this", "to", "was",
        "we", "what", "when", "where", "which", "who", "will", "with", "you", "your",
    ];

    public static IEnumerable<string> Of(string text)
    {
        var start = -1;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                start = start < 0 ? i : start;
                continue;
            }

            if (start >= 0 && i - start >= ShortestWord && text[start..i].ToLowerInvariant() is var word && !Common.Contains(word))
            {
                yield return word;
            }

            start = -1;
        }
    }

    public static Dictionary<string, int> CountsOf(string text) =>
        Of(text).CountBy(word => word).ToDictionary(StringComparer.Ordinal);
}
