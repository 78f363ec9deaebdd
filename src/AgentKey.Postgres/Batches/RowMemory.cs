using AgentKey.Storage;

namespace AgentKey.Postgres.Batches;

/// <summary>
/// What this process last saw of the rows that it charges, and of the holds that it took, so that a batch need not load
/// them first. Decides nothing: what was remembered counts only if the database finds, with the rows locked, that they
/// still have the version that was remembered. Safe for use from several threads.
/// </summary>
/// <param name="time">Measures how long ago the server told its time.</param>
/// <param name="capacity">How many rows, and how many holds, are remembered at most.</param>
internal sealed class RowMemory(TimeProvider time, int capacity = RowMemory.DefaultCapacity)
{
    private const int DefaultCapacity = 10_000;

    private readonly Lock _gate = new();
    private readonly RecentEntries<string, RememberedKey> _keys = new(capacity);
    private readonly RecentEntries<OperationRef, RememberedHold> _holds = new(capacity);
    private readonly ServerClock _clock = new(time);
    private readonly RecallRate _rate = new();
    private DateTimeOffset _serverStart;
    private long? _columns;

    /// <summary>Everything that a batch needs; null when something of it is not remembered, or not to be counted on.</summary>
    public Recollection? Recall(BatchRequest request, long largestUsedCents)
    {
        lock (_gate)
        {
            if (!_rate.IsGood || _clock.Now is not { } now || _columns is not { } columns || RecallHolds(request) is not { } holds)
            {
                return null;
            }

            var keys = new List<StoredKey>(request.KeyIds.Count);
            var versions = new Dictionary<string, uint>(request.KeyIds.Count, StringComparer.Ordinal);
            foreach (var id in request.KeyIds)
            {
                if (!_keys.TryGet(id, out var known) || !known.CanBeUsed || known.At > now)
                {
                    return null;
                }

                keys.Add(known.Row);
                versions.Add(id, known.Version);
            }

            var state = new BatchState
            {
                Now = now,
                Keys = keys,
                Budgets = [],
                Entries = holds.ConvertAll(hold => hold.Entry),
                Holds = [.. holds.SelectMany(hold => hold.Slices)],
                LargestUsedCents = largestUsedCents,
            };
            return new Recollection(state, versions, _serverStart, columns);
        }
    }

    /// <summary>A batch was committed.</summary>
    /// <param name="state">What it was decided on.</param>
    /// <param name="versions">By key, the version of the row that it was decided on.</param>
    /// <param name="changes">What was decided.</param>
    /// <param name="mark">What its transaction said of itself.</param>
    public void Learn(BatchState state, IReadOnlyDictionary<string, uint> versions, BatchChanges changes, BatchMark mark)
    {
        lock (_gate)
        {
            Hear(mark);
            var changed = changes.Keys.ToDictionary(change => change.KeyId, StringComparer.Ordinal);
            var owners = state.Budgets.Select(budget => budget.Owner).ToHashSet(StringComparer.Ordinal);
            var (counted, disturbed) = (0, 0);
            foreach (var row in state.Keys)
            {
                _keys.TryGet(row.Id, out var before);
                if (before is { CanBeUsed: true, IsDoubted: false })
                {
                    counted++;
                    disturbed += before.Version == versions[row.Id] ? 0 : 1;
                }

                var locked = RememberedKey.Locked(row, versions[row.Id], mark.Now, before) with { HasMoreBudgets = HasBudgets(row, owners) };
                Remember(row.Id, changed.TryGetValue(row.Id, out var change) ? locked.After(change, mark.Version) : locked);
            }

            if (counted > 0)
            {
                _rate.Note(disturbed == 0);
            }

            LearnHolds(changes);
        }
    }

    /// <summary>Rows were read without a lock.</summary>
    public void Learn(IEnumerable<(StoredKeyDetails Row, BatchMark Mark)> rows)
    {
        lock (_gate)
        {
            foreach (var (row, mark) in rows)
            {
                Hear(mark);
                if (!_keys.TryGet(row.Key.Id, out var before))
                {
                    _keys.Set(row.Key.Id, new RememberedKey(row.Key, mark.Version, mark.Now));
                }
                else if (before.IsOlderThan(mark.Version))
                {
                    // Else it was read before a batch wrote it, and the batch knows more.
                    _keys.Set(row.Key.Id, before with { Row = row.Key, Version = mark.Version, At = mark.Now });
                }
            }
        }
    }

    /// <summary>A batch failed: nobody knows what the rows say now.</summary>
    public void Forget(BatchRequest request)
    {
        lock (_gate)
        {
            foreach (var id in request.KeyIds)
            {
                _keys.Remove(id);
            }

            ForgetHolds(request);
        }
    }

    /// <summary>
    /// A connection broke. If the server recovers from a crash, under the same postmaster, it may have lost what was read
    /// from others last, and give the numbers of those transactions again.
    /// </summary>
    public void ForgetAll()
    {
        lock (_gate)
        {
            Clear();
        }
    }

    /// <summary>Something that was recalled for a batch is no longer so; what it is, the locked rows will tell.</summary>
    public void Doubt(BatchRequest request)
    {
        lock (_gate)
        {
            _clock.Reset();
            _rate.Note(wasSame: false);
            foreach (var id in request.KeyIds)
            {
                if (_keys.TryGet(id, out var known))
                {
                    _keys.Set(id, known with { IsDoubted = true });
                }
            }

            ForgetHolds(request);
        }
    }

    private List<RememberedHold>? RecallHolds(BatchRequest request)
    {
        var holds = new List<RememberedHold>(request.Holds.Count);
        foreach (var operation in request.Lookups.Union(request.Holds))
        {
            if (!_holds.TryGet(operation, out var hold))
            {
                return null;
            }

            holds.Add(hold);
        }

        return holds;
    }

    private void LearnHolds(BatchChanges changes)
    {
        foreach (var slice in changes.HoldsClosed.Concat(changes.HoldsExtended))
        {
            _holds.Remove(new(slice.KeyId, slice.OperationId));
        }

        // Not by the entries: a hold that was ended in the batch that took it has one, and nothing to close any more.
        var taken = changes.Entries.Where(entry => entry.Kind == LedgerEntryKind.Hold).ToDictionary(entry => new OperationRef(entry.KeyId, entry.OperationId!));
        foreach (var slices in changes.HoldsTaken.GroupBy(slice => new OperationRef(slice.KeyId, slice.OperationId)))
        {
            _holds.Set(slices.Key, new RememberedHold(taken[slices.Key], [.. slices]));
        }
    }

    private void Hear(BatchMark mark)
    {
        if (mark.ServerStart != _serverStart || mark.Columns != _columns)
        {
            Clear();
            _serverStart = mark.ServerStart;
            _columns = mark.Columns;
        }

        _clock.Read(mark.Now);
    }

    private void Clear()
    {
        _keys.Clear();
        _holds.Clear();
        _clock.Reset();
    }

    private void Remember(string id, RememberedKey? known)
    {
        if (known is null)
        {
            _keys.Remove(id);
        }
        else
        {
            _keys.Set(id, known);
        }
    }

    private void ForgetHolds(BatchRequest request)
    {
        foreach (var hold in request.Holds)
        {
            _holds.Remove(hold);
        }
    }

    private static bool HasBudgets(StoredKey row, HashSet<string> owners) =>
        owners.Count > 0 && (owners.Contains($"key:{row.Id}") || owners.Contains($"account:{row.AccountId}"));
}
