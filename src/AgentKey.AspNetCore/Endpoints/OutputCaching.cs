using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>Keeps answers out of the application's output cache, which serves them to whoever asks, before any endpoint runs.</summary>
internal static class OutputCaching
{
    public static void Forbid(HttpContext context)
    {
        if (context.Features.Get<IOutputCacheFeature>() is { } cache)
        {
            cache.Context.AllowCacheStorage = false;
        }
    }
}
