using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.RateLimits;

/// <summary>Counts something for each address that requests come from. Safe for use from any number of threads.</summary>
internal sealed class AddressLimiter : IDisposable
{
    private readonly TimeSpan _window;
    private readonly PartitionedRateLimiter<string> _limiter;

    public AddressLimiter(int permits, TimeSpan window)
    {
        _window = window;
        _limiter = PartitionedRateLimiter.Create<string, string>(address => RateLimitPartition.GetFixedWindowLimiter(
            address, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window }));
    }

    /// <summary>How long the request's address has to wait; <see langword="null"/> when it has not used up its permits.</summary>
    public TimeSpan? FindWait(HttpContext context) => Take(context, 0);

    /// <summary>Takes a permit of the request's address.</summary>
    /// <returns>How long it has to wait, when it has none left.</returns>
    public TimeSpan? Take(HttpContext context) => Take(context, 1);

    public void Dispose() => _limiter.Dispose();

    private TimeSpan? Take(HttpContext context, int permits)
    {
        using var lease = _limiter.AttemptAcquire(ClientAddress.Of(context), permits);
        if (lease.IsAcquired)
        {
            return null;
        }

        return lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : _window;
    }
}
