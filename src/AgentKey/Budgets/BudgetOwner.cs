namespace AgentKey.Budgets;

/// <summary>Whose budget it is: a key's, or an account's, which is the ceiling of all its keys.</summary>
public sealed record BudgetOwner
{
    /// <summary>What a key's form starts with.</summary>
    internal const string KeyPrefix = "key:";

    /// <summary>What an account's form starts with.</summary>
    internal const string AccountPrefix = "account:";

    private const int MaxTextLength = 200;

    private BudgetOwner(string text) => Text = text;

    /// <summary>The form in the table and in denials, e.g. <c>key:42</c> or <c>account:acme</c>.</summary>
    public string Text { get; }

    internal bool IsKey => KeyId is not null;

    /// <summary>The key; <see langword="null"/> for an account.</summary>
    internal string? KeyId => KeyOf(Text);

    /// <summary>A key.</summary>
    /// <exception cref="InvalidFieldException">The id is empty, too long or not printable.</exception>
    public static BudgetOwner Key(string keyId) => new(OfKey(TextField.Require(keyId, "keyId", MaxTextLength)));

    /// <summary>An account.</summary>
    /// <exception cref="InvalidFieldException">The id is empty, too long or not printable.</exception>
    public static BudgetOwner Account(string accountId) => new(OfAccount(TextField.Require(accountId, "accountId", MaxTextLength)));

    /// <summary>The same as <see cref="Text"/>.</summary>
    public override string ToString() => Text;

    /// <summary>The key in an owner's text; <see langword="null"/> for an account.</summary>
    internal static string? KeyOf(string owner) => owner.StartsWith(KeyPrefix, StringComparison.Ordinal) ? owner[KeyPrefix.Length..] : null;

    internal static string OfKey(string keyId) => KeyPrefix + keyId;

    internal static string OfAccount(string accountId) => AccountPrefix + accountId;
}
