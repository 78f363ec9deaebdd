using Microsoft.AspNetCore.Authentication;

namespace AgentKey.AspNetCore;

/// <summary>Settings of the bearer authentication with agent keys.</summary>
public sealed class AgentKeyAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>The realm that a challenge names: printable ASCII without <c>"</c> and <c>\</c>.</summary>
    public string Realm { get; set; } = "agentkey";

    /// <inheritdoc/>
    /// <exception cref="InvalidFieldException">The realm cannot stand in a header.</exception>
    public override void Validate()
    {
        base.Validate();
        if (string.IsNullOrEmpty(Realm) || Realm.AsSpan().ContainsAnyExceptInRange(' ', '~') || Realm.AsSpan().ContainsAny('"', '\\'))
        {
            throw new InvalidFieldException(nameof(Realm), "cannot stand in a header", "printable ASCII without \" and \\, e.g. agentkey");
        }
    }
}
