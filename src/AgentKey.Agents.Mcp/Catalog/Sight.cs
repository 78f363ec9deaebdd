using AgentKey.Charging;
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
            if (metadataOf(item) is { } metadata && ServedPolicy.Of(metadata) is { Policy: { } policy } served && FindRefusal(served) is null)
            {
                visible.Add(PriceTag.Attach(item, policy.Price));
            }
        }

        return visible;
    }

    /// <summary>Why the caller may not use it; <see langword="null"/> when it may.</summary>
    public Denial? FindRefusal(ServedPolicy served) => served switch
    {
        { IsServed: false } or { Policy: null } => new Denial { Reason = DenialCode.UnguardedTool },
        { Policy.IsPublic: true } => null,
        _ when Scopes is null => new Denial { Reason = DenialCode.NoCaller },
        { Policy.Scope: { } scope } when !Scopes.Allows(scope) => new Denial { Reason = DenialCode.InsufficientScope, RequiredScope = scope },
        _ => null,
    };
}
