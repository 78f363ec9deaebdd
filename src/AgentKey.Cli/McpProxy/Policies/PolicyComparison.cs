namespace AgentKey.Cli.McpProxy.Policies;

/// <summary>A policy file beside what a server has, for one kind of thing.</summary>
/// <param name="Kind">Which kind: tools, prompts or resources.</param>
/// <param name="Served">What is served.</param>
/// <param name="Unpriced">What the server has and the policy does not name, which is closed.</param>
/// <param name="Unknown">What the policy names and the server does not have.</param>
internal sealed record PolicyComparison(string Kind, IReadOnlyList<string> Served, IReadOnlyList<string> Unpriced, IReadOnlyList<string> Unknown)
{
    public static PolicyComparison Of(string kind, IReadOnlyCollection<string> names, IReadOnlyDictionary<string, PolicyEntry> policy) => new(
        kind,
        [.. names.Where(policy.ContainsKey).Order(StringComparer.Ordinal)],
        [.. names.Where(name => !policy.ContainsKey(name)).Order(StringComparer.Ordinal)],
        [.. policy.Keys.Except(names, StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
}
