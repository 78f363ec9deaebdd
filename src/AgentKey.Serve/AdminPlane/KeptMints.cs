using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.SelfServe;
using Microsoft.Extensions.Caching.Memory;

namespace AgentKey.Serve.AdminPlane;

/// <summary>
/// The keys that requests with an <c>Idempotency-Key</c> have made, for their repetitions: in this process, for a day.
/// Never the secrets. Safe for use from any number of threads.
/// </summary>
internal sealed class KeptMints : IDisposable
{
    private const int Most = 50_000;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly MemoryCache _mints = new(new MemoryCacheOptions { SizeLimit = Most });
    private readonly Lock _gate = new();

    public void Dispose() => _mints.Dispose();

    /// <summary>Takes an id for the first request that comes with it; gives others what became of that one.</summary>
    /// <returns>Null for the first.</returns>
    public Mint? Claim(string id, RequestFingerprint fingerprint)
    {
        lock (_gate)
        {
            if (_mints.TryGetValue(id, out Mint? earlier))
            {
                return earlier;
            }

            Keep(id, new Mint(fingerprint, null));
            return null;
        }
    }

    /// <summary>What the first request made, for all that come after it.</summary>
    public void Complete(string id, RequestFingerprint fingerprint, KeyDocument key) => Keep(id, new Mint(fingerprint, key));

    /// <summary>Nothing was made, so the id may try again.</summary>
    public void Release(string id) => _mints.Remove(id);

    private void Keep(string id, Mint mint) =>
        _mints.Set(id, mint, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Kept, Size = 1 });

    /// <summary>One request, and the key that it made; null while it is being made.</summary>
    internal sealed record Mint(RequestFingerprint Request, KeyDocument? Key);
}
