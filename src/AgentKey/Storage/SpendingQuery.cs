namespace AgentKey.Storage;

/// <summary>Which spending to add up day by day, and by what.</summary>
public sealed record SpendingQuery
{
    /// <summary>The most groups that one call tells apart.</summary>
    public const int MaxGroups = 100;

    /// <summary>How many days, today included, a query by key best goes back: a store may keep the keys ranked by what they spent in those.</summary>
    public const int RankedDays = 30;

    /// <summary>What to add up by within a day: key, scope or tool.</summary>
    public UsageGrouping By { get; init; } = UsageGrouping.Tool;

    /// <summary>Only entries of this key.</summary>
    /// <exception cref="InvalidFieldException">It holds NUL or unpaired surrogate characters.</exception>
    public string? KeyId
    {
        get;
        init => field = TextField.Comparable(value, "keyId");
    }

    /// <summary>Only entries from this instant on.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The groups that spent most in all are told apart, 1 to <see cref="MaxGroups"/>; the others are added up as one.</summary>
    public int Groups { get; init; } = 8;
}
