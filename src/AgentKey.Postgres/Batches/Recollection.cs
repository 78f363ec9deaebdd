using AgentKey.Storage;

namespace AgentKey.Postgres.Batches;

/// <summary>What is remembered of everything that a batch needs.</summary>
internal sealed class Recollection
{
    // Shorter than the shortest hold: none may have expired before it is taken.
    private static readonly TimeSpan MostDelay = TimeSpan.FromMilliseconds(500);

    public Recollection(BatchState state, IReadOnlyDictionary<string, uint> versions, DateTimeOffset serverStart, long columns)
    {
        State = state;
        Versions = versions;
        ServerStart = serverStart;
        Columns = columns;
        Until = UntilOf(state);
    }

    /// <summary>What a store would have loaded. Its time is not after the server's.</summary>
    public BatchState State { get; }

    /// <summary>By key, the version of the row that is remembered.</summary>
    public IReadOnlyDictionary<string, uint> Versions { get; }

    public DateTimeOffset ServerStart { get; }

    /// <summary>Which columns the table had when the rows were read.</summary>
    public long Columns { get; }

    /// <summary>
    /// When it is too late to save what was decided: at the first instant at which something in the rows ends, so that a
    /// decision at the server's time would be the same, and in any case soon, because entries bear the recalled time.
    /// </summary>
    public DateTimeOffset Until { get; }

    /// <summary>
    /// Whether saving the changes verifies all that was decided: each row is one of those that are written, and each
    /// hold one of those that are closed. What begins a period ends at an instant that is in no row yet.
    /// </summary>
    public bool IsVerifiedBy(BatchChanges changes) =>
        changes.NeedsExpiredOf.Count == 0
        && changes.Keys.Count == State.Keys.Count
        && changes.Keys.All(key => RememberedKey.IsFollowed(key) && key.StartedAt is null)
        && changes.HoldsClosed.ToHashSet().SetEquals(State.Holds);

    private static DateTimeOffset UntilOf(BatchState state)
    {
        var until = state.Now + MostDelay;
        foreach (var key in state.Keys)
        {
            var budget = key.Budget;
            foreach (var instant in (ReadOnlySpan<DateTimeOffset?>)[key.ExpiresAt, key.PreviousKeyUntil, budget.ResetAt, budget.UsedUntil, budget.RaiseUntil])
            {
                until = EarlierOf(until, instant, state.Now);
            }
        }

        foreach (var slice in state.Holds)
        {
            until = EarlierOf(until, slice.ExpiresAt, state.Now);
        }

        return until;
    }

    private static DateTimeOffset EarlierOf(DateTimeOffset until, DateTimeOffset? instant, DateTimeOffset now) =>
        instant > now && instant < until ? instant.Value : until;
}
