using Microsoft.AspNetCore.Authentication;

namespace AgentKey.AspNetCore;

/// <summary>Settings of the bearer authentication with agent keys.</summary>
public sealed class AgentKeyAuthenticationOptions : AuthenticationSchemeOptions
{
    /// <summary>The realm that a challenge names.</summary>
    public string Realm { get; set; } = "agentkey";
}
