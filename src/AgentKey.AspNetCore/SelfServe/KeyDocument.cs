using AgentKey.Keys;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>A key as its holder sees it. Amounts are exact decimal cents, instants are UTC.</summary>
internal sealed record KeyDocument
{
    public required string Id { get; init; }

    public required string? AccountId { get; init; }

    public required string Name { get; init; }

    public required string Prefix { get; init; }

    public required string Status { get; init; }

    /// <summary>Null when the key may do everything.</summary>
    public required IReadOnlyList<string>? Scopes { get; init; }

    public required decimal? BudgetCents { get; init; }

    public required string? Period { get; init; }

    public required decimal SpentCents { get; init; }

    public required decimal HeldCents { get; init; }

    public required decimal? RemainingCents { get; init; }

    public required DateTime? ResetsAt { get; init; }

    public required DateTime? ExpiresAt { get; init; }

    public required DateTime CreatedAt { get; init; }

    public required DateTime? LastUsedAt { get; init; }

    public required string? DelegatedBy { get; init; }

    public required string? ParentId { get; init; }

    public required bool Carved { get; init; }

    public required IReadOnlyList<BudgetDocument> MoreBudgets { get; init; }

    public static KeyDocument Of(KeyInfo key) => new()
    {
        Id = key.Id,
        AccountId = key.AccountId,
        Name = key.Name,
        Prefix = key.DisplayPrefix,
        Status = key.Status.ToString().ToLowerInvariant(),
        Scopes = key.Scopes.IsUnlimited ? null : key.Scopes.Held,
        BudgetCents = key.Budget?.Cap.Cents,
        Period = key.Budget?.Period.ToString(),
        SpentCents = key.Spent.Cents,
        HeldCents = key.Held.Cents,
        RemainingCents = key.Remaining?.Cents,
        ResetsAt = key.ResetsAt?.UtcDateTime,
        ExpiresAt = key.ExpiresAt?.UtcDateTime,
        CreatedAt = key.CreatedAt.UtcDateTime,
        LastUsedAt = key.LastUsedAt?.UtcDateTime,
        DelegatedBy = key.DelegatedBy,
        ParentId = key.ParentId,
        Carved = key.IsCarved,
        MoreBudgets = [.. key.MoreBudgets.Select(BudgetDocument.Of)],
    };
}
