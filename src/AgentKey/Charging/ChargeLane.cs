using AgentKey.Budgets;
using AgentKey.Storage;
using AgentKey.Telemetry;

namespace AgentKey.Charging;

/// <summary>
/// Group commit for the keys of one lane: operations that arrive while a transaction is under way form the next one.
/// No timer; an operation that arrives alone waits for nobody.
/// </summary>
internal sealed class ChargeLane(IKeyStore store, AgentKeysOptions options, IHost host, FullestBudgets? fullest) : IThreadPoolWorkItem
{
    private const int Attempts = 2;

    private readonly Lock _gate = new();

    // Whose rows somebody else had locked when they were last asked for. To wait for them once more would keep all others
    // of the lane waiting, too.
    private readonly HashSet<string> _locked = new(StringComparer.Ordinal);
    private List<PendingOperation> _waiting = [];
    private bool _isRunning;

    // Of whoever runs the lane's batches; null while it rests.
    private IBatchSeries? _series;

    public Task<OperationResult> Enqueue(KeyOperation operation, CancellationToken cancellationToken)
    {
        var pending = new PendingOperation(operation, host, cancellationToken);
        lock (_gate)
        {
            _waiting.Add(pending);
            if (_isRunning)
            {
                return pending.Result;
            }

            _isRunning = true;
        }

        host.Post(this, isAnswer: false);
        return pending.Result;
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    private async Task RunAsync()
    {
        if (TakeBatch(out var ended) is not { } batch)
        {
            if (ended is not null)
            {
                await ended.DisposeAsync().ConfigureAwait(false);
            }

            return;
        }

        await RunBatchAsync(batch).ConfigureAwait(false);

        // Behind the callers that were just answered: those that call again at once shall be in the next batch.
        host.Post(this, isAnswer: false);
    }

    /// <summary>The operations of the next transaction; null when there are none and the lane rests.</summary>
    /// <param name="ended">The series of a lane that rests, for the caller to dispose: by then the lane may run anew.</param>
    private List<PendingOperation>? TakeBatch(out IBatchSeries? ended)
    {
        while (true)
        {
            List<PendingOperation> batch;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    (ended, _series) = (_series, null);
                    _isRunning = false;
                    return null;
                }

                batch = TakeWaiting(options.MaxBatchSize);
            }

            batch.RemoveAll(pending => pending.TryAbandon());
            if (batch.Count > 0)
            {
                ended = null;
                return batch;
            }
        }
    }

    private List<PendingOperation> TakeWaiting(int most)
    {
        var batch = _waiting;
        if (batch.Count <= most)
        {
            _waiting = [];
            return batch;
        }

        _waiting = batch[most..];
        batch.RemoveRange(most, batch.Count - most);
        return batch;
    }

    private async Task RunBatchAsync(List<PendingOperation> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await DecideAsync(batch).ConfigureAwait(false);
        }
        catch (StoreUnavailableException unavailable) when (batch.Exists(pending => IsLocked(pending, unavailable)))
        {
            // Fewer each time, so it ends.
            await RunBatchAsync(FailLocked(batch, unavailable)).ConfigureAwait(false);
        }
        catch (StoreUnavailableException unavailable)
        {
            FailAllFor(unavailable, batch);
        }
        catch (Exception)
        {
            await RunEachAsync(batch).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// One bad member must not fail its neighbours, and the database does not say which one it was. A batch of one is run
    /// again, too: the error may have come after its commit, and only the ledger knows.
    /// </summary>
    private async Task RunEachAsync(List<PendingOperation> batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            try
            {
                await DecideAsync([batch[i]]).ConfigureAwait(false);
            }
            catch (StoreUnavailableException unavailable) when (IsLocked(batch[i], unavailable))
            {
                FailLocked([batch[i]], unavailable);
            }
            catch (StoreUnavailableException unavailable)
            {
                FailAllFor(unavailable, batch[i..]);
                return;
            }
            catch (Exception fault)
            {
                batch[i].Fail(fault);
            }
        }
    }

    private async Task DecideAsync(List<PendingOperation> batch)
    {
        using var timeout = new CancellationTokenSource(options.StoreTimeout, host.Timers);
        for (var attempt = 1; ; attempt++)
        {
            var operations = batch.ConvertAll(pending => pending.Operation);
            var request = Request(operations);
            var results = new OperationResult[operations.Count];
            DateTimeOffset? decidedAt = null;
            BatchChanges? decided = null;
            try
            {
                _series ??= store.BeginSeries();
                await _series.RunAsync(
                    request,
                    state =>
                    {
                        decidedAt = state.Now;
                        return decided = ChargeMachine.Decide(state, operations, results, options.Events, fullest is not null);
                    },
                    timeout.Token).ConfigureAwait(false);
                _locked.ExceptWith(request.BudgetOwners);
                fullest?.Note(decided!.Levels);
                CompleteAll(batch, results);
                return;
            }
            catch (StoreUnavailableException unavailable) when (unavailable.LockedOwners is null && attempt < Attempts && !timeout.IsCancellationRequested)
            {
                // The commit may have happened, so the next attempt asks the ledger for every operation first.
                NoteAttempt(batch, results, decidedAt);
            }
            catch (OperationCanceledException cancelled) when (timeout.IsCancellationRequested)
            {
                throw StoreUnavailableException.After(options.StoreTimeout, cancelled);
            }
            catch (Exception)
            {
                // An error of a kind that we do not know may have come after the commit, too.
                NoteAttempt(batch, results, decidedAt);
                throw;
            }
        }
    }

    private BatchRequest Request(List<KeyOperation> operations)
    {
        string[] keyIds = [.. operations.SelectMany(operation => operation.Chain.Ids).Distinct(StringComparer.Ordinal)];
        var accounts = operations.Select(operation => operation.Chain.AccountId).OfType<string>().Distinct(StringComparer.Ordinal);
        string[] owners = [.. keyIds.Select(BudgetOwner.OfKey), .. accounts.Select(BudgetOwner.OfAccount)];
        return new BatchRequest
        {
            KeyIds = keyIds,
            BudgetOwners = owners,
            LockedBefore = _locked.Count == 0 ? [] : [.. owners.Where(_locked.Contains)],
            Lookups = [.. operations.SelectMany(operation => operation.Lookups).Distinct()],
            Holds = [.. operations.SelectMany(operation => operation.Holds).Distinct()],
        };
    }

    private List<PendingOperation> TakeAllWaiting()
    {
        lock (_gate)
        {
            return TakeWaiting(int.MaxValue);
        }
    }

    private static void CompleteAll(List<PendingOperation> batch, OperationResult[] results)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].Complete(results[i]);
        }
    }

    private static void NoteAttempt(List<PendingOperation> batch, OperationResult[] results, DateTimeOffset? decidedAt)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            batch[i].MayHaveHappened(results[i], decidedAt);
        }
    }

    /// <summary>Fails those of a batch that need a row which somebody else has locked.</summary>
    /// <returns>The others.</returns>
    private List<PendingOperation> FailLocked(List<PendingOperation> batch, StoreUnavailableException unavailable)
    {
        _locked.UnionWith(unavailable.LockedOwners!);
        var stopped = batch.FindAll(pending => IsLocked(pending, unavailable));
        stopped.ForEach(pending => pending.Fail(unavailable));
        return [.. batch.Except(stopped)];
    }

    private static bool IsLocked(PendingOperation pending, StoreUnavailableException unavailable)
    {
        var (chain, locked) = (pending.Operation.Chain, unavailable.LockedOwners ?? []);
        return chain.Ids.Any(id => locked.Contains(BudgetOwner.OfKey(id))) || (chain.AccountId is { } account && locked.Contains(BudgetOwner.OfAccount(account)));
    }

    /// <summary>What waits behind a batch waits for the same store: let it fail now instead of one time-out later.</summary>
    private void FailAllFor(StoreUnavailableException unavailable, List<PendingOperation> batch)
    {
        batch.ForEach(pending => pending.Fail(unavailable));
        TakeAllWaiting().ForEach(pending => pending.Fail(unavailable));
    }
}
