using System.Threading.RateLimiting;
using AgentKey.AspNetCore.Endpoints;

namespace AgentKey.AspNetCore.RateLimits;

/// <summary>The limiters of all keys and endpoints of this process. Safe for use from any number of threads.</summary>
internal sealed class KeyRateLimiters : IDisposable
{
    private const int SegmentsPerWindow = 10;

    private readonly PartitionedRateLimiter<KeyedCall> _concurrency = PartitionedRateLimiter.Create<KeyedCall, (EndpointGate, string)>(
        call => RateLimitPartition.GetConcurrencyLimiter(
            (call.Endpoint, call.KeyId), _ => new ConcurrencyLimiterOptions { PermitLimit = call.Limit.Concurrency!.Value }));

    private readonly PartitionedRateLimiter<KeyedCall> _windows = PartitionedRateLimiter.Create<KeyedCall, (EndpointGate, string)>(
        call => RateLimitPartition.GetSlidingWindowLimiter(
            (call.Endpoint, call.KeyId),
            _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = call.Limit.Permits!.Value,
                Window = call.Limit.Window,
                SegmentsPerWindow = SegmentsPerWindow,
            }));

    /// <summary>Takes a permit; dispose what is returned when the call is over.</summary>
    /// <param name="endpoint">What counts for itself: endpoints that differ by host or header may have one name.</param>
    /// <param name="limit">How often a key may call it.</param>
    /// <param name="keyId">The key.</param>
    public KeyRateLease Take(EndpointGate endpoint, KeyRateLimit limit, string keyId)
    {
        var call = new KeyedCall(endpoint, keyId, limit);

        // First what is given back, so that a call that is one too many at once does not count in the window.
        var running = limit.Concurrency is null ? null : _concurrency.AttemptAcquire(call);
        if (running is { IsAcquired: false } || limit.Permits is null)
        {
            return new KeyRateLease(running, null);
        }

        return new KeyRateLease(running, _windows.AttemptAcquire(call));
    }

    public void Dispose()
    {
        _concurrency.Dispose();
        _windows.Dispose();
    }

    private readonly record struct KeyedCall(EndpointGate Endpoint, string KeyId, KeyRateLimit Limit);
}
