using AgentKey.Budgets;
using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>A child can never do, spend or outlive more than its parent: checked when it is minted.</summary>
internal static class Attenuation
{
    /// <summary>What a child's budget has to be.</summary>
    public const string NoMoreThanParent = "in any period of the parent's budget, no more than the parent's cap";

    private const string NoWider = "nothing that the parent does not have";

    /// <summary>Narrows what was not said, and refuses what was said too wide.</summary>
    /// <param name="child">What is asked for.</param>
    /// <param name="expiresAt">When the child shall die; null for as late as its parent.</param>
    /// <param name="parent">The parent.</param>
    /// <param name="parentBudget">The cap and period that bind the parent: its own, or that of the nearest key above it; null for none.</param>
    /// <returns>The account of the child, spelled as the parent's row does, its budget and its expiry.</returns>
    /// <exception cref="InvalidFieldException">A field is wider than the parent's.</exception>
    public static (string AccountId, Budget? Budget, DateTimeOffset? ExpiresAt) Narrow(
        NewKey child, DateTimeOffset? expiresAt, StoredKey parent, Budget? parentBudget)
    {
        Require(AccountIds.IsSame(parent.AccountId, child.AccountId), "accountId", "the parent's account");
        Require(Covers(parent.Scopes, child.Scopes), "scopes", NoWider);
        Require(expiresAt is null || parent.ExpiresAt is null || expiresAt <= parent.ExpiresAt, "expires", "no later than the parent");

        // A child that shares without a cap of its own still gets one in its row: the TypeScript library sees no parents.
        var budget = child.Budget ?? parentBudget;
        if (budget is not null && parentBudget is not null)
        {
            Require(IsNarrower(budget, parentBudget), "budget", NoMoreThanParent);
        }

        Require(!child.Carve || budget is { Period.Kind: not BudgetPeriodKind.Rolling }, "budget", "a cap whose period is not rolling, because it is carved");
        return (parent.AccountId!, budget, expiresAt ?? parent.ExpiresAt);
    }

    /// <summary>Whether a child with this budget can spend no more than the parent, in any period of the parent.</summary>
    public static bool IsNarrower(Budget child, Budget parent) =>
        BudgetNarrowing.MostWithin(child.Period, parent.Period) is { } times
        && (child.Cap.MicroCents == 0 || times <= parent.Cap.MicroCents / child.Cap.MicroCents);

    private static bool Covers(Scopes.ScopeSet parent, Scopes.ScopeSet child) =>
        parent.IsUnlimited || (!child.IsUnlimited && child.Held.All(parent.Allows));

    private static void Require(bool isNarrow, string field, string form)
    {
        if (!isNarrow)
        {
            throw new InvalidFieldException(field, "is wider than the parent's", form) { IsTooWide = true };
        }
    }
}
