namespace AgentKey.Budgets;

/// <summary>What one budget of an owner is called in denials, holds and the ledger.</summary>
internal static class BudgetId
{
    /// <summary>
    /// A key's own budget: the one without a name. Where a host's ids have slashes, the empty name is written as well, for
    /// the budget <c>hourly</c> of a key <c>team</c> must not be that of a key <c>team/hourly</c>. No name has a slash.
    /// </summary>
    public static string OfKey(string keyId) => BudgetOwner.OfKey(keyId) + (keyId.Contains('/', StringComparison.Ordinal) ? "/" : "");

    /// <summary>A further budget of a key, or a ceiling of an account.</summary>
    public static string Of(string owner, string name) => $"{owner}/{name}";

    /// <summary>Whether it is a ceiling of an account.</summary>
    public static bool IsOfAccount(string budget) => budget.StartsWith(BudgetOwner.AccountPrefix, StringComparison.Ordinal);

    /// <summary>Whether it is a ceiling of this account, and not of one whose id begins with the same words and a slash.</summary>
    public static bool IsOfAccount(string budget, string accountId) => budget[..budget.LastIndexOf('/')] == BudgetOwner.OfAccount(accountId);
}
