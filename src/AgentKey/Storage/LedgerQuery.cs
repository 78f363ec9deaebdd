namespace AgentKey.Storage;

/// <summary>Which ledger entries to read.</summary>
public sealed record LedgerQuery
{
    /// <summary>Only entries of this key.</summary>
    /// <exception cref="InvalidFieldException">It holds NUL or unpaired surrogate characters.</exception>
    public string? KeyId
    {
        get;
        init => field = TextField.Comparable(value, "keyId");
    }

    /// <summary>Only entries from this instant on.</summary>
    public DateTimeOffset? Since { get; init; }
}
