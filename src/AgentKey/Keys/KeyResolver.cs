using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using AgentKey.Storage;

namespace AgentKey.Keys;

/// <summary>
/// Remembers which key a secret's hash belongs to. That never changes, so nothing here can be stale: whether the key
/// is alive is read under its lock at every decision.
/// </summary>
internal sealed class KeyResolver(IKeyStore store)
{
    private const int Capacity = 100_000;

    private readonly ConcurrentDictionary<SecretHash, string> _ids = new();

    public bool TryRecall(SecretHash hash, [NotNullWhen(true)] out string? keyId) => _ids.TryGetValue(hash, out keyId);

    public async Task<string?> FindIdAsync(SecretHash hash, CancellationToken cancellationToken)
    {
        var id = await store.FindIdAsync(hash, cancellationToken).ConfigureAwait(false);
        if (id is not null)
        {
            Remember(hash, id);
        }

        return id;
    }

    private void Remember(SecretHash hash, string id)
    {
        if (_ids.Count >= Capacity)
        {
            _ids.Clear();
        }

        _ids[hash] = id;
    }
}
