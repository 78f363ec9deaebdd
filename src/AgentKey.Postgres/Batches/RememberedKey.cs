using AgentKey.Storage;

namespace AgentKey.Postgres.Batches;

/// <summary>A row as this process last read or wrote it.</summary>
/// <param name="Row">What it says.</param>
/// <param name="Version">The number of the transaction that wrote it: whoever changes the row changes this.</param>
/// <param name="At">The server's time at which it was seen.</param>
internal sealed record RememberedKey(StoredKey Row, uint Version, DateTimeOffset At)
{
    private const int FirstPatience = 8;
    private const int MostPatience = 1024;

    // Numbers below are no transactions': a row that was frozen in a rewrite of the table has lost the one that wrote it.
    private const uint FirstVersion = 3;

    /// <summary>Whether budgets beside the row's own are to be charged, too, which are not remembered.</summary>
    public bool HasMoreBudgets { get; init; }

    /// <summary>How often in succession a batch found it as it was remembered.</summary>
    public int Undisturbed { get; init; }

    /// <summary>How often that has to be before a batch counts on it. Grows with each time that one did so in vain.</summary>
    public int Patience { get; init; }

    /// <summary>Whether a batch counted on this, or on what stood beside it, in vain.</summary>
    public bool IsDoubted { get; init; }

    public bool CanBeUsed => !HasMoreBudgets && Undisturbed >= Patience && Version >= FirstVersion;

    /// <summary>Whether another row's version is the later one; versions begin anew after 4 billion transactions.</summary>
    public bool IsOlderThan(uint version) => unchecked((int)(version - Version)) > 0;

    /// <summary>The row as it was locked. Others who change it often make a round trip more likely to be wasted than saved.</summary>
    /// <param name="row">What it says.</param>
    /// <param name="version">Its version.</param>
    /// <param name="at">The server's time.</param>
    /// <param name="before">What was remembered; null for nothing.</param>
    public static RememberedKey Locked(StoredKey row, uint version, DateTimeOffset at, RememberedKey? before)
    {
        if (before is null)
        {
            return new RememberedKey(row, version, at);
        }

        var isSame = before.Version == version;
        return new RememberedKey(row, version, at)
        {
            Undisturbed = isSame ? Math.Min(before.Undisturbed + 1, MostPatience) : 0,
            Patience = before.IsDoubted && !isSame ? Math.Clamp(before.Patience * 2, FirstPatience, MostPatience) : before.Patience,
        };
    }

    /// <summary>The row as a committed batch wrote it; null when it wrote columns that are not followed here.</summary>
    public RememberedKey? After(KeyChange change, uint version) => IsFollowed(change)
        ? this with { Version = version, Row = Row with { Budget = After(Row.Budget, change) } }
        : null;

    /// <summary>Whether a change writes only columns whose new values are known from it.</summary>
    public static bool IsFollowed(KeyChange change) => change is { State: null, KeyHash: null, CapCents: null };

    private static StoredBudget After(StoredBudget budget, KeyChange change) => budget with
    {
        UsedCents = change.UsedCents,
        UsedMicroCents = change.UsedMicroCents,
        UsedUntil = change.PeriodEnd,
        ResetAt = budget.Calendar is null ? change.PeriodEnd : null,
        StartedAt = change.StartedAt ?? budget.StartedAt,
    };
}
