namespace BudgetedMcpServer.Documents;

/// <summary>An extractive summary: the sentences whose words the document uses most, in their own order.</summary>
internal static class DocumentSummary
{
    private const int ShortestTopicWord = 5;

    public static string Extract(string markdown, int count)
    {
        var sentences = Words.Sentences(markdown);
        var frequency = sentences.SelectMany(TopicWords).CountBy(word => word).ToDictionary(StringComparer.Ordinal);
        var best = sentences.Index()
            .OrderByDescending(sentence => Weight(sentence.Item, frequency))
            .Take(count)
            .OrderBy(sentence => sentence.Index);
        return string.Join("\n", best.Select(sentence => sentence.Item));
    }

    // The average over the sentence, so that a long sentence does not win by its length.
    private static decimal Weight(string sentence, Dictionary<string, int> frequency)
    {
        var words = TopicWords(sentence).ToArray();
        return words.Length == 0 ? 0 : words.Sum(word => (decimal)frequency[word]) / (words.Length + 2);
    }

    private static IEnumerable<string> TopicWords(string sentence) => Words.Of(sentence).Where(word => word.Length >= ShortestTopicWord);
}
