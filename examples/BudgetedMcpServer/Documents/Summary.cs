namespace BudgetedMcpServer.Documents;

/// <summary>Extractive summary: the sentences that hold most of the words that the document is about, in their own order.</summary>
internal static class Summary
{
    public static string Of(string text, int sentences)
    {
        var all = Markdown.SentencesOf(text).ToList();
        var weight = Words.CountsOf(string.Join('\n', all));
        var chosen = all
            .Select((sentence, position) => (Sentence: sentence, Position: position, Score: Score(sentence, weight)))
            .DistinctBy(candidate => candidate.Sentence, StringComparer.Ordinal)
            .OrderByDescending(candidate => candidate.Score)
            .ThenBy(candidate => candidate.Position)
            .Take(sentences)
            .OrderBy(candidate => candidate.Position);
        return string.Join("\n", chosen.Select(candidate => candidate.Sentence));
    }

    // The plain sum would choose the longest sentence and the plain mean the shortest; this stops growing with length.
    private static double Score(string sentence, Dictionary<string, int> weight)
    {
        const int steadyLength = 8;
        var words = Words.Of(sentence).ToList();
        return words.Distinct(StringComparer.Ordinal).Sum(word => Math.Log(1 + weight[word])) / (words.Count + steadyLength);
    }
}
