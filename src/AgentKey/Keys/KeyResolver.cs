using System.Collections.Concurrent;
using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>
/// Remembers which key a credential opens and which keys stand above it. The links never change; what does (a rotated
/// secret, another account, a row that is gone) is noticed under the lock, and then forgotten here.
/// </summary>
internal sealed class KeyResolver(IKeyStore store)
{
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<KeyLookup, KeyChain> _chains = new();

    public KeyChain? Recall(KeyLookup lookup) => _chains.GetValueOrDefault(lookup);

    public void Forget(KeyLookup lookup) => _chains.TryRemove(lookup, out _);

    public async Task<KeyChain?> FindAsync(KeyLookup lookup, CancellationToken cancellationToken)
    {
        var chain = await store.FindChainAsync(lookup, cancellationToken).ConfigureAwait(false);
        if (chain is { IsBroken: false })
        {
            Remember(lookup, chain);
        }

        return chain;
    }

    private void Remember(KeyLookup lookup, KeyChain chain)
    {
        if (_chains.Count >= Capacity)
        {
            _chains.Clear();
        }

        _chains[lookup] = chain;
    }
}
