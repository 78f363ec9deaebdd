namespace BudgetedMcpServer.Documents;

/// <summary>Ranks documents by how often they use the words of a query.</summary>
internal static class DocumentSearch
{
    public static IReadOnlyList<SearchHit> Find(DocumentFolder folder, string query, int limit)
    {
        var wanted = Words.Of(query).ToHashSet(StringComparer.Ordinal);
        return [.. folder.Documents
            .Select(document => new SearchHit(document.Key, BestLine(document.Value, wanted), Score(document.Value, wanted)))
            .Where(hit => hit.Score > 0)
            .OrderByDescending(hit => hit.Score)
            .ThenBy(hit => hit.Path, StringComparer.Ordinal)
            .Take(limit)];
    }

    private static string BestLine(string text, HashSet<string> wanted) =>
        text.Split('\n').MaxBy(line => Score(line, wanted))!.Trim();

    private static int Score(string text, HashSet<string> wanted) => Words.Of(text).Count(wanted.Contains);
}
