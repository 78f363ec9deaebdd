using AgentKey.Scopes;

namespace AgentKey.Agents.Mcp.Catalog;

/// <summary>What one caller may see at one moment.</summary>
/// <param name="Scopes">What its key may do; <see langword="null"/> without a live key.</param>
internal sealed record Sight(ScopeSet? Scopes)
{
    /// <summary>The visible ones of a list, each a copy that names its price.</summary>
    public IList<T> Of<T>(IEnumerable<T> all, Func<T, IReadOnlyList<object>?> metadataOf)
        where T : class
    {
        var visible = new List<T>();
        foreach (var item in all)
        {
            if (metadataOf(item) is { } metadata && ServedPolicy.Of(metadata) is { IsServed: true, Policy: { } policy } && Sees(policy))
            {
                visible.Add(PriceTag.Attach(item, policy.Price));
            }
        }

        return visible;
    }

    private bool Sees(ToolPolicy policy) => policy.IsPublic || (Scopes is { } held && held.Allows(policy.Scope!));
}
