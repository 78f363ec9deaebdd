using AgentKey.Agents;
using AgentKey.AspNetCore.Endpoints;
using AgentKey.Charging;
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

    /// <summary>
    /// Makes the response to a refusal for want of a scope a 403 whose challenge names that scope. The body stays with
    /// whoever writes it, such as an MCP server.
    /// </summary>
    /// <returns>Whether it did: not for other refusals, nor when the response has begun.</returns>
    public static bool TryForbid(this HttpContext context, Denial denial)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(denial);
        if (denial.Reason != DenialCode.InsufficientScope || context.Response.HasStarted)
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        DenialResponse.AskForScope(context, denial);
        return true;
    }
}
