namespace AgentKey.Storage;

/// <summary>Which ledger entries to read.</summary>
public sealed record LedgerQuery
{
    /// <summary>Only entries of this key.</summary>
    public string? KeyId { get; init; }

    /// <summary>Only entries from this instant on.</summary>
    public DateTimeOffset? Since { get; init; }
}
