using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>Spreads operations over lanes; the keys of one root are always in one lane, so that lanes never wait for each other's locks.</summary>
internal sealed class ChargeQueue
{
    private readonly ChargeLane[] _lanes;

    public ChargeQueue(IKeyStore store, AgentKeysOptions options) =>
        _lanes = [.. Enumerable.Range(0, Math.Max(1, store.Lanes)).Select(_ => new ChargeLane(store, options))];

    /// <summary>Decides one operation.</summary>
    /// <exception cref="StoreUnavailableException">The store did not decide in time.</exception>
    public async Task<OperationResult> DecideAsync(KeyOperation operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lane = _lanes[(uint)operation.Chain.RootId.GetHashCode(StringComparison.Ordinal) % (uint)_lanes.Length];
        var result = await lane.Enqueue(operation, cancellationToken).ConfigureAwait(false);
        return result.Fault is { } fault
            ? throw new InvalidOperationException($"Key {operation.KeyId} holds a value that no decision can be made on.", fault)
            : result;
    }
}
