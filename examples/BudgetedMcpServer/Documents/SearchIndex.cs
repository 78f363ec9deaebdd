namespace BudgetedMcpServer.Documents;

/// <summary>Ranked full-text search over sections (BM25). Built once, then only read.</summary>
internal sealed class SearchIndex
{
    // The usual constants: how fast repetition stops counting, and how much long sections are held back.
    private const double Saturation = 1.2;
    private const double LengthPenalty = 0.75;
    private const int HeadingWeight = 3;
    private const int LongestSnippet = 240;

    private readonly List<(Section Section, Dictionary<string, int> Counts, int Length)> _entries;
    private readonly Dictionary<string, int> _sectionsWith;
    private readonly double _averageLength;

    public SearchIndex(IEnumerable<Section> sections)
    {
        _entries = [.. sections.Select(Weigh)];
        _sectionsWith = _entries.SelectMany(entry => entry.Counts.Keys).CountBy(word => word).ToDictionary(StringComparer.Ordinal);
        _averageLength = _entries.Count == 0 ? 1 : Math.Max(1, _entries.Average(entry => entry.Length));
    }

    public IReadOnlyList<SearchHit> Find(string query, int limit)
    {
        var words = Words.Of(query).Distinct(StringComparer.Ordinal).Where(_sectionsWith.ContainsKey).ToList();
        return
        [
            .. _entries
                .Select(entry => (entry.Section, Score: words.Sum(word => Score(word, entry.Counts, entry.Length))))
                .Where(found => found.Score > 0)
                .OrderByDescending(found => found.Score)
                .ThenBy(found => found.Section.Path, StringComparer.Ordinal)
                .Take(limit)
                .Select(found => new SearchHit(found.Section.Path, found.Section.Heading, Snippet(found.Section.Text, words))),
        ];
    }

    private static (Section Section, Dictionary<string, int> Counts, int Length) Weigh(Section section)
    {
        var counts = Words.CountsOf(section.Text);
        foreach (var word in Words.Of(section.Heading))
        {
            counts[word] = counts.GetValueOrDefault(word) + HeadingWeight;
        }

        return (section, counts, counts.Values.Sum());
    }

    private double Score(string word, Dictionary<string, int> counts, int length)
    {
        double times = counts.GetValueOrDefault(word);
        var rarity = Math.Log(1 + ((_entries.Count - _sectionsWith[word] + 0.5) / (_sectionsWith[word] + 0.5)));
        var damping = Saturation * (1 - LengthPenalty + (LengthPenalty * length / _averageLength));
        return rarity * times * (Saturation + 1) / (times + damping);
    }

    private static string Snippet(string text, List<string> words)
    {
        var line = text.Split('\n').Select(candidate => candidate.Trim())
            .MaxBy(candidate => Words.Of(candidate).Intersect(words, StringComparer.Ordinal).Count()) ?? "";
        return line.Length <= LongestSnippet ? line : string.Concat(line.AsSpan(0, LongestSnippet), "…");
    }
}
