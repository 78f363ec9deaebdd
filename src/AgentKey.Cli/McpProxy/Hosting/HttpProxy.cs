using System.Net;
using AgentKey.AspNetCore;
using AgentKey.Cli.McpProxy.Served;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Cli.McpProxy.Hosting;

/// <summary>Serves any number of clients, each with its key as the bearer.</summary>
internal static class HttpProxy
{
    // A body is read as a whole, and takes many times its size, before anybody asks what its key can pay.
    private const int MostBytes = 4 * 1024 * 1024;

    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    /// <summary>Builds it.</summary>
    /// <param name="keys">Who may come in.</param>
    /// <param name="served">What is served.</param>
    /// <param name="listen">Where.</param>
    /// <param name="behind">The one proxy before this one; <see langword="null"/> for none that is known.</param>
    /// <param name="hosts">The names that clients call it by besides those of this machine.</param>
    public static WebApplication Build(AgentKeys keys, ServedServer served, Uri listen, IPAddress? behind, string[] hosts)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MostBytes).UseUrls(listen.GetLeftPart(UriPartial.Authority));
        var sessions = new HttpSessions(served);
        builder.AddProxy(keys, served).WithHttpTransport(sessions.Configure);
        // Whoever comes from this machine may be another proxy with all of its clients, so that one of them would shut out the rest.
        builder.Services.AddRoutingCore().AddAuthentication().AddAgentKeys(options =>
            options.FailedKeysPerAddress = listen.IsLoopback && behind is null ? null : options.FailedKeysPerAddress);
        builder.Services.AddHostFiltering(filter => filter.AllowedHosts = AllowedHosts(listen, hosts));

        var application = builder.Build();
        if (behind is not null)
        {
            application.UseForwardedHeaders(ForwardedBy(behind));
        }

        application.UseHostFiltering();
        application.UseAuthentication();
        application.UseAuthorization();
        application.Use(sessions.TrackAsync);
        application.MapMcp(listen.AbsolutePath).RequireAuthorization();
        return application;
    }

    private static ForwardedHeadersOptions ForwardedBy(IPAddress proxy)
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor };
        forwarded.KnownIPNetworks.Clear();
        forwarded.KnownProxies.Clear();
        forwarded.KnownProxies.Add(proxy);
        return forwarded;
    }

    // A web page must not reach a proxy on this machine through a DNS name of its own.
    private static List<string> AllowedHosts(Uri listen, string[] hosts) => listen.IsLoopback || hosts.Length > 0 ? [.. Loopback, .. hosts] : ["*"];
}
