using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Scopes;

namespace AgentKey.AspNetCore;

/// <summary>What a stranger gets who signs up. Everything is said here, by the owner; a request can choose nothing.</summary>
/// <remarks>Each sign-up makes an account of its own. An e-mail that was given labels the key, and opens nobody's account.</remarks>
public sealed class AgentKeySignUpOptions
{
    /// <summary>What the new key may do.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>What the new key may spend. There is no key without a cap here.</summary>
    public required Budget Budget { get; init; }

    /// <summary>How long the new key lives.</summary>
    public required Lifetime Lifetime { get; init; }

    /// <summary>How many sign-ups one address may make in each <see cref="Window"/>, at least 1. Counted in this process.</summary>
    public int PermitsPerAddress { get; init; } = 3;

    /// <summary>The window of <see cref="PermitsPerAddress"/>: a positive duration.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(1);

    /// <exception cref="InvalidFieldException">A setting is out of range.</exception>
    internal void Validate()
    {
        if (Scopes.IsUnlimited)
        {
            throw new InvalidFieldException(nameof(Scopes), "is unlimited", "the scopes that a stranger may have");
        }

        if (PermitsPerAddress < 1)
        {
            throw new InvalidFieldException(nameof(PermitsPerAddress), "is not positive", "at least 1");
        }

        if (Window <= TimeSpan.Zero)
        {
            throw new InvalidFieldException(nameof(Window), "is not positive", "a positive duration, e.g. 01:00:00");
        }
    }
}
