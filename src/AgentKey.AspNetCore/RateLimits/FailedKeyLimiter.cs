using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore.RateLimits;

/// <summary>How many keys that open nothing an address may present before the store is no longer asked for it.</summary>
internal sealed class FailedKeyLimiter(IOptionsMonitor<AgentKeyAuthenticationOptions> options) : IDisposable
{
    /// <summary>The counts of the whole process; <see langword="null"/> when nothing is counted.</summary>
    public AddressLimiter? Addresses { get; } = Create(options.Get(Agents.CallerIdentity.Scheme));

    public void Dispose() => Addresses?.Dispose();

    private static AddressLimiter? Create(AgentKeyAuthenticationOptions options) =>
        options.FailedKeysPerAddress is { } permits ? new AddressLimiter(permits, options.FailedKeysWindow) : null;
}
