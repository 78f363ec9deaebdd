using AgentKey.Budgets;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.Keys;

/// <summary>A key as it stood at one moment of the store's clock. Holds no secret.</summary>
public sealed record KeyInfo
{
    /// <summary>The key's id, as text whatever the column's type is.</summary>
    public required string Id { get; init; }

    /// <summary>The owner; <see langword="null"/> in adopted rows that have none.</summary>
    public required string? AccountId { get; init; }

    /// <summary>The label for people.</summary>
    public required string Name { get; init; }

    /// <summary>What tells secrets apart in a list, e.g. <c>ak_...9x2Q</c>.</summary>
    public required string DisplayPrefix { get; init; }

    /// <summary>What the key may do.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>The cap and its period; <see langword="null"/> for a key without a cap.</summary>
    public required Budget? Budget { get; init; }

    /// <summary>Spent and held in the current period.</summary>
    public required Cost Spent { get; init; }

    /// <summary>What is left of the cap; <see langword="null"/> for a key without one.</summary>
    public required Cost? Remaining { get; init; }

    /// <summary>When the budget starts again; <see langword="null"/> for never.</summary>
    public required DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Whether the key may be used.</summary>
    public required KeyStatus Status { get; init; }

    /// <summary>When the key dies; <see langword="null"/> for never.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When the key was revoked.</summary>
    public required DateTimeOffset? RevokedAt { get; init; }

    /// <summary>When the key was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the key last paid for a call.</summary>
    public required DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The human who delegated to the agent.</summary>
    public required string? DelegatedBy { get; init; }

    /// <summary>The account's user that the key belongs to.</summary>
    public required string? UserId { get; init; }

    /// <summary>The part of <see cref="Spent"/> that open holds have.</summary>
    public Cost Held { get; init; }

    /// <summary>The key above this one.</summary>
    public string? ParentId { get; init; }

    /// <summary>Whether the cap is drawn from the parent's budget.</summary>
    public bool IsCarved { get; init; }

    /// <summary>The external identity that the key is anchored to, instead of a secret.</summary>
    public string? ExternalSubject { get; init; }

    /// <summary>Further budgets that every call must fit too.</summary>
    public IReadOnlyList<BudgetInfo> MoreBudgets { get; init; } = [];

    /// <summary>
    /// What makes no sense in the row, e.g. a period that nobody knows; <see langword="null"/> for a sound one. Then the amounts
    /// and the budget say nothing.
    /// </summary>
    public string? Problem { get; init; }

    /// <inheritdoc/>
    public bool Equals(KeyInfo? other) =>
        other is not null && Comparable(this).Equals(Comparable(other)) && MoreBudgets.SequenceEqual(other.MoreBudgets);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    private static object Comparable(KeyInfo key) => (
        (key.Id, key.AccountId, key.Name, key.DisplayPrefix, key.Scopes, key.Budget, key.Spent),
        (key.Remaining, key.ResetsAt, key.Status, key.ExpiresAt, key.RevokedAt, key.CreatedAt, key.LastUsedAt),
        (key.DelegatedBy, key.UserId, key.Held, key.ParentId, key.IsCarved, key.ExternalSubject, key.Problem));
}
