namespace AgentKey.Generators.Manifest;

/// <summary>Compares two manifests.</summary>
internal static class ManifestDiff
{
    /// <summary>What differs, by method.</summary>
    public static IReadOnlyList<ToolChange> Between(IEnumerable<ToolEntry> accepted, IEnumerable<ToolEntry> current)
    {
        var before = accepted.ToDictionary(entry => entry.Method, StringComparer.Ordinal);
        var after = current.ToDictionary(entry => entry.Method, StringComparer.Ordinal);
        return [.. before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .OrderBy(method => method, StringComparer.Ordinal)
            .Select(method => Change(method, before.TryGetValue(method, out var old) ? old : null, after.TryGetValue(method, out var now) ? now : null))
            .OfType<ToolChange>()];
    }

    private static ToolChange? Change(string method, ToolEntry? before, ToolEntry? after)
    {
        if (before == after)
        {
            return null;
        }

        if (before is null)
        {
            return new ToolChange(method, ToolChangeKind.Added, $"is new: scope {ScopeOf(after!)}, price {after!.Price}");
        }

        return after is null
            ? new ToolChange(method, ToolChangeKind.Removed, "is gone")
            : new ToolChange(method, ToolChangeKind.Changed, $"changed: {string.Join(", ", Differences(before, after))}");
    }

    private static IEnumerable<string> Differences(ToolEntry before, ToolEntry after)
    {
        var facts = new (string Name, string Before, string After)[]
        {
            ("scope", ScopeOf(before), ScopeOf(after)),
            ("price", before.Price, after.Price),
            ("outcome of a failure", before.OnFailure, after.OnFailure),
            ("outcome of a cancellation", before.OnCancellation, after.OnCancellation),
            ("name in the ledger", before.Tool, after.Tool),
        };
        foreach (var fact in facts.Where(fact => fact.Before != fact.After))
        {
            yield return $"{fact.Name} from {fact.Before} to {fact.After}";
        }

        if (before.Schema != after.Schema)
        {
            yield return "schema";
        }
    }

    private static string ScopeOf(ToolEntry entry) => entry.Scope ?? "none";
}
