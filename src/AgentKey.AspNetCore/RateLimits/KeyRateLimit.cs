namespace AgentKey.AspNetCore.RateLimits;

/// <summary>How often a key may call an endpoint. Immutable.</summary>
/// <param name="Permits">The most calls in a window; null for any number.</param>
/// <param name="Window">The length of the window.</param>
/// <param name="Concurrency">The most calls at once; null for any number.</param>
internal sealed record KeyRateLimit(int? Permits, TimeSpan Window, int? Concurrency)
{
    /// <exception cref="InvalidFieldException">A limit is not positive.</exception>
    public static KeyRateLimit OfWindow(int permits, TimeSpan window)
    {
        RequirePositive(permits, nameof(permits));
        return window > TimeSpan.Zero
            ? new KeyRateLimit(permits, window, null)
            : throw new InvalidFieldException(nameof(window), "is not positive", "a positive duration, e.g. 00:01:00");
    }

    /// <exception cref="InvalidFieldException">The limit is not positive.</exception>
    public static KeyRateLimit OfConcurrency(int calls)
    {
        RequirePositive(calls, nameof(calls));
        return new KeyRateLimit(null, TimeSpan.Zero, calls);
    }

    /// <summary>This limit, completed by what an earlier one says of the other kind.</summary>
    public KeyRateLimit Over(KeyRateLimit? earlier) => earlier is null
        ? this
        : new KeyRateLimit(Permits ?? earlier.Permits, Permits is null ? earlier.Window : Window, Concurrency ?? earlier.Concurrency);

    private static void RequirePositive(int count, string field)
    {
        if (count < 1)
        {
            throw new InvalidFieldException(field, "is not positive", "at least 1");
        }
    }
}
