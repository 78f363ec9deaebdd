namespace AgentKey.Storage;

/// <summary>Which usage to add up, and by what.</summary>
public sealed record UsageQuery
{
    /// <summary>What to add up by.</summary>
    public UsageGrouping By { get; init; } = UsageGrouping.Key;

    /// <summary>Only entries of this key.</summary>
    /// <exception cref="InvalidFieldException">It holds NUL or unpaired surrogate characters.</exception>
    public string? KeyId
    {
        get;
        init => field = TextField.Comparable(value, "keyId");
    }

    /// <summary>Only entries from this instant on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only entries before this instant.</summary>
    public DateTimeOffset? Until { get; init; }
}
