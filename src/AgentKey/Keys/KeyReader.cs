using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>
/// Reads rows for validations. Who comes while a read is under way shares the next one, so that many callers at once ask
/// the store little; nothing is remembered from one read to the next, and every read begins after it was asked for.
/// </summary>
/// <param name="read">Asks the store, for as long as the settings allow.</param>
/// <param name="host">Runs the reads of those who waited.</param>
/// <param name="most">How many callers share a read at most.</param>
internal sealed class KeyReader(
    Func<IReadOnlyCollection<string>, CancellationToken, Task<IReadOnlyList<StoredKeyDetails>>> read, IHost host, int most) : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingRead> _waiting = [];
    private bool _isReading;

    /// <summary>The rows that there are, by their ids.</summary>
    /// <exception cref="StoreUnavailableException">The store did not answer in time.</exception>
    public async Task<IReadOnlyDictionary<string, StoredKeyDetails>> ReadAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken)
    {
        if (Wait(keyIds) is { } pending)
        {
            return await pending.Result.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        try
        {
            return await FindAsync(keyIds, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException unavailable)
        {
            FailAll(Take(int.MaxValue), unavailable);
            throw;
        }
        finally
        {
            if (IsAnyoneWaiting())
            {
                host.Post(this, isAnswer: false);
            }
        }
    }

    void IThreadPoolWorkItem.Execute() => _ = ReadForOthersAsync();

    /// <summary>Null for the one who finds nobody reading, and reads at once.</summary>
    private PendingRead? Wait(IReadOnlyCollection<string> keyIds)
    {
        lock (_gate)
        {
            if (!_isReading)
            {
                _isReading = true;
                return null;
            }

            var pending = new PendingRead(keyIds, host);
            _waiting.Enqueue(pending);
            return pending;
        }
    }

    private async Task ReadForOthersAsync()
    {
        do
        {
            await ReadForAsync(Take(most)).ConfigureAwait(false);
        }
        while (IsAnyoneWaiting());
    }

    /// <summary>When nobody waits, the next one who comes reads at once.</summary>
    private bool IsAnyoneWaiting()
    {
        lock (_gate)
        {
            return _isReading = _waiting.Count > 0;
        }
    }

    private async Task ReadForAsync(List<PendingRead> together)
    {
        try
        {
            var rows = await FindAsync([.. together.SelectMany(pending => pending.KeyIds).Distinct(StringComparer.Ordinal)], CancellationToken.None).ConfigureAwait(false);
            together.ForEach(pending => pending.Complete(rows));
        }
        catch (StoreUnavailableException unavailable)
        {
            // What waited behind this read waited for the same store: let it fail now instead of one time-out later.
            FailAll([.. together, .. Take(int.MaxValue)], unavailable);
        }
        catch (Exception fault) when (together is [var pending])
        {
            pending.Fail(fault);
        }
        catch (Exception)
        {
            // A row that cannot be read must not fail the readers of others.
            foreach (var pending in together)
            {
                await ReadForAsync([pending]).ConfigureAwait(false);
            }
        }
    }

    private List<PendingRead> Take(int count)
    {
        lock (_gate)
        {
            var taken = new List<PendingRead>(Math.Min(count, _waiting.Count));
            while (taken.Count < count && _waiting.TryDequeue(out var pending))
            {
                taken.Add(pending);
            }

            return taken;
        }
    }

    private async Task<IReadOnlyDictionary<string, StoredKeyDetails>> FindAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken) =>
        (await read(keyIds, cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.Key.Id, StringComparer.Ordinal);

    private static void FailAll(List<PendingRead> readers, Exception fault) => readers.ForEach(reader => reader.Fail(fault));
}
