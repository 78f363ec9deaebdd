using AgentKey.Agents;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Finds the caller of a request, whether a middleware has looked before or not.</summary>
internal static class Callers
{
    public static async Task<CallerIdentity?> FindAsync(HttpContext context)
    {
        if (CallerIdentity.Find(context.User) is { } known)
        {
            return known;
        }

        var result = await context.AuthenticateAsync(CallerIdentity.Scheme).ConfigureAwait(false);
        if (CallerIdentity.Find(result.Principal) is not { } found)
        {
            return null;
        }

        if (context.User.Identity?.IsAuthenticated == true)
        {
            context.User.AddIdentity(found);
        }
        else
        {
            context.User = result.Principal!;
        }

        return found;
    }
}
