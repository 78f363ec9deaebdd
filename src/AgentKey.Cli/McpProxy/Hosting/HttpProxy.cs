using AgentKey.AspNetCore;
using AgentKey.Cli.McpProxy.Served;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.Cli.McpProxy.Hosting;

/// <summary>Serves any number of clients, each with its key as the bearer.</summary>
internal static class HttpProxy
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    public static WebApplication Build(AgentKeys keys, ServedServer served, Uri listen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls(listen.GetLeftPart(UriPartial.Authority));
        builder.AddProxy(keys, served).WithHttpTransport(new HttpSessions(served).Configure);
        builder.Services.AddRoutingCore().AddAuthentication().AddAgentKeys();
        builder.Services.AddHostFiltering(filter => filter.AllowedHosts = AllowedHosts(listen));

        var application = builder.Build();
        application.UseHostFiltering();
        application.UseAuthentication();
        application.UseAuthorization();
        application.MapMcp(listen.AbsolutePath).RequireAuthorization();
        return application;
    }

    // A web page must not reach a proxy on this machine through a DNS name of its own.
    private static List<string> AllowedHosts(Uri listen) => listen.IsLoopback ? [.. Loopback] : ["*"];
}
