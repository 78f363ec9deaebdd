using Microsoft.AspNetCore.Authentication;

namespace AgentKey.AspNetCore;

/// <summary>Settings of the bearer authentication with agent keys. Read at start-up.</summary>
public sealed class AgentKeyAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>The realm that a challenge names: printable ASCII without <c>"</c> and <c>\</c>.</summary>
    public string Realm { get; set; } = "agentkey";

    /// <summary>
    /// How many keys that have the right form but open nothing one address may present in each
    /// <see cref="FailedKeysWindow"/>, at least 1; <see langword="null"/> for any number. The default is 30.
    /// </summary>
    /// <remarks>
    /// After that, the store is asked for nobody at this address until the window ends, and whoever presents a key gets a
    /// 429. Keys of the wrong form are refused without the store and do not count. Counted in this process only.
    /// </remarks>
    public int? FailedKeysPerAddress { get; set; } = 30;

    /// <summary>The window of <see cref="FailedKeysPerAddress"/>: a positive duration. The default is one minute.</summary>
    public TimeSpan FailedKeysWindow { get; set; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    /// <exception cref="InvalidFieldException">The realm cannot stand in a header, or a limit is out of range.</exception>
    public override void Validate()
    {
        base.Validate();
        if (string.IsNullOrEmpty(Realm) || Realm.AsSpan().ContainsAnyExceptInRange(' ', '~') || Realm.AsSpan().ContainsAny('"', '\\'))
        {
            throw new InvalidFieldException(nameof(Realm), "cannot stand in a header", "printable ASCII without \" and \\, e.g. agentkey");
        }

        if (FailedKeysPerAddress < 1)
        {
            throw new InvalidFieldException(nameof(FailedKeysPerAddress), "is not positive", "at least 1, or null for any number");
        }

        if (FailedKeysWindow <= TimeSpan.Zero)
        {
            throw new InvalidFieldException(nameof(FailedKeysWindow), "is not positive", "a positive duration, e.g. 00:01:00");
        }
    }
}
