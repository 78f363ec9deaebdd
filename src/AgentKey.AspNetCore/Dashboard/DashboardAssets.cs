using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>The dashboard's own files, embedded in the assembly. Their links name their content, so that browsers may keep them.</summary>
internal static class DashboardAssets
{
    private static readonly FrozenDictionary<string, Asset> All = new[]
    {
        Load("dashboard.css", "text/css; charset=utf-8"),
        Load("dashboard.js", "text/javascript; charset=utf-8"),
        Load("uPlot.min.css", "text/css; charset=utf-8"),
        Load("uPlot.min.js", "text/javascript; charset=utf-8"),
        Load("icon.svg", "image/svg+xml"),
    }.ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    public static string Link(string name) => $"assets/{name}?v={All[name].Version}";

    public static async Task WriteAsync(HttpContext context)
    {
        if (context.Request.RouteValues["name"] is not string name || !All.TryGetValue(name, out var asset))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = asset.Type;
        context.Response.ContentLength = asset.Content.Length;
        context.Response.Headers.CacheControl = context.Request.Query["v"] == asset.Version ? "private, max-age=31536000, immutable" : "no-cache";
        await context.Response.Body.WriteAsync(asset.Content, context.RequestAborted).ConfigureAwait(false);
    }

    private static Asset Load(string name, string type)
    {
        using var resource = typeof(DashboardAssets).Assembly.GetManifestResourceStream($"AgentKey.Dashboard.{name}")
            ?? throw new InvalidOperationException($"The assembly has no {name}.");
        using var content = new MemoryStream();
        resource.CopyTo(content);
        var bytes = content.ToArray();
        return new Asset(name, type, Convert.ToHexStringLower(SHA256.HashData(bytes))[..12], bytes);
    }

    private sealed record Asset(string Name, string Type, string Version, byte[] Content);
}
