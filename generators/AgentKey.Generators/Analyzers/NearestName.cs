namespace AgentKey.Generators.Analyzers;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearestName
{
    /// <summary>The candidate with the fewest edits, when these are few enough for a slip of the finger; ties go to the first in ordinal order.</summary>
    public static string? Of(string wanted, IEnumerable<string> candidates)
    {
        var limit = Math.Max(1, wanted.Length / 3);
        return candidates
            .OrderBy(candidate => candidate, StringComparer.Ordinal)
            .Select(candidate => (Name: candidate, Edits: Edits(wanted, candidate)))
            .Where(candidate => candidate.Edits <= limit)
            .OrderBy(candidate => candidate.Edits)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    /// <summary>The Levenshtein distance, without regard to case.</summary>
    private static int Edits(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var isSame = char.ToUpperInvariant(left[i - 1]) == char.ToUpperInvariant(right[j - 1]);
                var edits = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (isSame ? 0 : 1));
                diagonal = row[j];
                row[j] = edits;
            }
        }

        return row[right.Length];
    }
}
