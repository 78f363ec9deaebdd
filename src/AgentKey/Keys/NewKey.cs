using AgentKey.Budgets;
using AgentKey.Scopes;

namespace AgentKey.Keys;

/// <summary>What a key that is about to be made may do, spend and outlive.</summary>
public sealed record NewKey
{
    /// <summary>The owner of the key. Required; 1 to 200 printable characters.</summary>
    public required string AccountId { get; init; }

    /// <summary>A label for people; 1 to 200 printable characters.</summary>
    public string Name { get; init; } = "default";

    /// <summary>What the key may do. Required: unlimited is possible, but has to be said.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>What the key may spend. Required: <see langword="null"/> is a key without a cap.</summary>
    public required Budget? Budget { get; init; }

    /// <summary>How long the key lives.</summary>
    public Lifetime Lifetime { get; init; } = Lifetime.Forever;

    /// <summary>The human who delegated to the agent; at most 200 printable characters.</summary>
    public string? DelegatedBy { get; init; }

    /// <summary>The account's user that the key belongs to; at most 200 printable characters.</summary>
    public string? UserId { get; init; }

    /// <summary>The key above this one, whose charges also spend that one's money. The new key can do, spend and outlive no more than it.</summary>
    public string? ParentId { get; init; }

    /// <summary>
    /// Whether the cap is drawn from the parent's budget at once and again in each new period, so that nobody else can
    /// spend it. Otherwise the key shares what the parent has at the time of each call.
    /// </summary>
    public bool Carve { get; init; }

    /// <summary>Further budgets by name that every call must fit too, e.g. <c>hourly</c> beside a daily cap.</summary>
    public IReadOnlyDictionary<string, Budget> MoreBudgets { get; init; } = new Dictionary<string, Budget>();
}
