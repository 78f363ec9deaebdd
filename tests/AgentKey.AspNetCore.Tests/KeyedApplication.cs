using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Claims;
using System.Text;
using AgentKey.Agents;
using AgentKey.Keys;
using AgentKey.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
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

    public IServiceProvider Services => _application.Services;

    public AgentKeys Keys => _application.Services.GetRequiredService<AgentKeys>();

    public static async Task<KeyedApplication> StartAsync(
        Action<IEndpointRouteBuilder>? map = null,
        Action<AgentKeyAuthenticationOptions>? authenticate = null,
        Action<IServiceCollection>? services = null,
        Func<IKeyStore>? openStore = null,
        int measuredBudgets = 0)
    {
        var folder = new KeyFolder();
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(log);
        builder.Services.AddAgentKeys(_ => openStore?.Invoke() ?? folder.OpenStore(), options =>
        {
            options.StoreTimeout = openStore is null ? options.StoreTimeout : TimeSpan.FromMinutes(1);
            options.MeasuredBudgets = measuredBudgets;
        });
        builder.Services.AddAuthentication().AddAgentKeys(authenticate);
        builder.Services.AddAuthorizationBuilder().AddPolicy("nobody", policy => policy.RequireClaim("no key has this"));

        services?.Invoke(builder.Services);

        var application = builder.Build();
        application.MapGet("/key", (ClaimsPrincipal user) => user.FindFirstValue(ClaimTypes.NameIdentifier)).RequireAuthorization();
        application.MapGet("/nobody", () => "reached").RequireAuthorization("nobody");
        application.MapGet("/open", (HttpContext context) => CallerIdentity.FindCaller(context.User)?.ToString() ?? "nobody");
        map?.Invoke(application);
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

    /// <summary>A request with a key, and JSON as it stands.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, CreatedKey? key, string? json = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret.Reveal());
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>A client of its own, that calls from another address of this machine.</summary>
    public HttpClient ClientFrom(string address)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (connection, token) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
                await socket.ConnectAsync(connection.DnsEndPoint, token);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        return new HttpClient(handler) { BaseAddress = Client.BaseAddress };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        Folder.Dispose();
    }
}
