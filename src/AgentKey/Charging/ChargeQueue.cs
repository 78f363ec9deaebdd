using System.IO.Hashing;
using System.Runtime.InteropServices;
using AgentKey.Storage;
using AgentKey.Telemetry;

namespace AgentKey.Charging;

/// <summary>Spreads operations over lanes; the keys of one root are always in one lane, so that lanes never wait for each other's locks.</summary>
internal sealed class ChargeQueue
{
    private readonly ChargeLane[] _lanes;

    public ChargeQueue(IKeyStore store, AgentKeysOptions options, IHost host, FullestBudgets? fullest) =>
        _lanes = [.. Enumerable.Range(0, Math.Max(1, store.Lanes)).Select(_ => new ChargeLane(store, options, host, fullest))];

    /// <summary>Decides one operation.</summary>
    /// <exception cref="StoreUnavailableException">The store did not decide in time.</exception>
    public async Task<OperationResult> DecideAsync(KeyOperation operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var result = await LaneOf(operation.Chain.RootId).Enqueue(operation, cancellationToken).ConfigureAwait(false);
        return result.Fault is { } fault
            ? throw new InvalidOperationException($"Key {operation.KeyId} holds a value that no decision can be made on.", fault)
            : result;
    }

    // The same lane in every process and run: a string's own hash is another one each time.
    private ChargeLane LaneOf(string rootId) => _lanes[XxHash32.HashToUInt32(MemoryMarshal.AsBytes(rootId.AsSpan())) % (uint)_lanes.Length];
}
