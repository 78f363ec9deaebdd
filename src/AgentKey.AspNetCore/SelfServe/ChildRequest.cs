using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>What a key asks for when it mints one below itself.</summary>
/// <param name="Scopes">What the new key may do; nothing that the minting key may not.</param>
/// <param name="Name">A label for people.</param>
/// <param name="BudgetCents">The cap in whole cents; left out, the new key shares the minting key's budget.</param>
/// <param name="Period">When the cap starts again, e.g. <c>day</c>; left out, never.</param>
/// <param name="Expires">How long the new key lives, e.g. <c>7d</c>; left out, as long as the minting key.</param>
/// <param name="Carve">Whether the cap is drawn from the minting key's budget at once; left out, yes when there is a cap.</param>
/// <param name="DelegatedBy">The human who delegates.</param>
internal sealed record ChildRequest(
    IReadOnlyList<string> Scopes,
    string? Name = null,
    long? BudgetCents = null,
    string? Period = null,
    string? Expires = null,
    bool? Carve = null,
    string? DelegatedBy = null)
{
    /// <summary>The key that is asked for, in the account of the minting key.</summary>
    /// <exception cref="InvalidFieldException">A field is malformed.</exception>
    public NewKey ToNewKey(KeyInfo parent) => new()
    {
        AccountId = parent.AccountId ?? "",
        Scopes = ScopeSet.Of(Scopes),
        Name = Name ?? "default",
        Budget = ToBudget(),
        Lifetime = Expires is null ? Lifetime.Forever : Lifetime.Parse(Expires),
        Carve = Carve ?? BudgetCents is not null,
        DelegatedBy = DelegatedBy,
    };

    private Budget? ToBudget()
    {
        if (BudgetCents is { } cents)
        {
            return new Budget(Cost.FromCents(cents), Period is null ? BudgetPeriod.Once : BudgetPeriod.Parse(Period));
        }

        return Period is null ? null : throw new InvalidFieldException("budgetCents", "is missing", "the cap that the period is for, e.g. 500");
    }
}
