using System.Globalization;
using System.Threading.RateLimiting;
using AgentKey.AspNetCore.Endpoints;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.RateLimits;

/// <summary>A call that the limits of its key allow, or do not. Dispose it when the call is over.</summary>
/// <param name="Running">The place among the calls that are under way; null when they are not limited.</param>
/// <param name="Counted">The place in the window; null when there is none.</param>
internal readonly record struct KeyRateLease(RateLimitLease? Running, RateLimitLease? Counted) : IDisposable
{
    public bool IsAcquired => Running?.IsAcquired != false && Counted?.IsAcquired != false;

    public Task RefuseAsync(HttpContext context, KeyRateLimit limit)
    {
        if (limit.Permits is { } permits)
        {
            var window = Math.Max(1, limit.Window.Ticks / TimeSpan.TicksPerSecond);
            BudgetHeaders.Append(context, "RateLimit-Policy", string.Create(CultureInfo.InvariantCulture, $"\"requests\";q={permits};w={window}"));
        }

        var wait = TimeSpan.Zero;
        Counted?.TryGetMetadata(MetadataName.RetryAfter, out wait);
        return RefusalResponse.WriteTooManyAsync(context, wait, "rate_limited");
    }

    public void Dispose()
    {
        Counted?.Dispose();
        Running?.Dispose();
    }
}
