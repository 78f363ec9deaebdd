using AgentKey.Agents;
using AgentKey.Keys;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore;

/// <summary>Whose key a request runs under.</summary>
public static class AgentKeyHttpContextExtensions
{
    /// <summary>The key that the request presented, as it stood when it was validated; <see langword="null"/> when it presented none.</summary>
    /// <remarks>What is left of the budget may be out of date: only the charge itself knows.</remarks>
    public static KeyInfo? GetAgentKey(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return CallerIdentity.Find(context.User)?.Key;
    }
}
