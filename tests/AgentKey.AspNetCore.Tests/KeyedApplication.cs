using System.Net.Http.Headers;
using System.Security.Claims;
using AgentKey.Agents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentKey.AspNetCore.Tests;

/// <summary>A real application on a real port: one endpoint for keys, one that no key may reach, one for everybody.</summary>
internal sealed class KeyedApplication : IAsyncDisposable
{
    private readonly WebApplication _application;

    private KeyedApplication(WebApplication application, KeyFolder folder, LogLines log)
    {
        _application = application;
        Folder = folder;
        Log = log;
        Client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
    }

    public KeyFolder Folder { get; }

    public LogLines Log { get; }

    public HttpClient Client { get; }

    public AgentKeys Keys => _application.Services.GetRequiredService<AgentKeys>();

    public static async Task<KeyedApplication> StartAsync()
    {
        var folder = new KeyFolder();
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddAgentKeys(_ => folder.OpenStore());
        builder.Services.AddAuthentication().AddAgentKeys();
        builder.Services.AddAuthorizationBuilder().AddPolicy("nobody", policy => policy.RequireClaim("no key has this"));

        var application = builder.Build();
        application.MapGet("/key", (ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier)).RequireAuthorization();
        application.MapGet("/nobody", () => "reached").RequireAuthorization("nobody");
        application.MapGet("/open", (HttpContext context) => CallerIdentity.FindCaller(context.User)?.ToString() ?? "nobody");
        await application.Services.GetRequiredService<AgentKeys>().MigrateAsync(TestContext.Current.CancellationToken);
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new KeyedApplication(application, folder, log);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? authorization = null) => GetAsync(path, authorization is null ? [] : [authorization]);

    public async Task<HttpResponseMessage> GetAsync(string path, IEnumerable<string> authorizations)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        // MCP clients open their streams with exactly this.
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.TryAddWithoutValidation("Authorization", authorizations);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        Folder.Dispose();
    }
}
