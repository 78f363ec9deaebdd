namespace AgentKey.Storage;

/// <summary>Which page of the ledger to read, backwards from the newest entry.</summary>
public sealed record LedgerPageQuery
{
    /// <summary>The most entries that one call returns.</summary>
    public const int MaxLimit = 1000;

    /// <summary>Only entries of this key.</summary>
    /// <exception cref="InvalidFieldException">It holds NUL or unpaired surrogate characters.</exception>
    public string? KeyId
    {
        get;
        init => field = TextField.Comparable(value, "keyId");
    }

    /// <summary>Only entries that come before this one: the last <see cref="LedgerEntry.Sequence"/> of the page before.</summary>
    public long? Before { get; init; }

    /// <summary>The most entries to return, 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit { get; init; } = 100;
}
