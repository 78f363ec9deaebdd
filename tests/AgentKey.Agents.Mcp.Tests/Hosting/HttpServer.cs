using AgentKey.Agents.Mcp.Tests.Tools;
using AgentKey.AspNetCore;
using AgentKey.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>A real MCP server on a real port.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly bool _ownsFolder;

    private HttpServer(WebApplication application, KeyFolder folder, bool ownsFolder)
    {
        _application = application;
        _ownsFolder = ownsFolder;
        Folder = folder;
    }

    public KeyFolder Folder { get; }

    public Uri Endpoint => new(_application.Urls.Single() + "/mcp");

    public IServiceProvider Services => _application.Services;

    public int Bodies => _application.Services.GetRequiredService<CallCount>().Bodies;

    /// <param name="folder">A store that several servers share; it goes with the one that made it.</param>
    public static async Task<HttpServer> StartAsync(
        Action<IMcpServerBuilder> configure, Wire? wire = null, bool requiresKey = true, KeyFolder? folder = null,
        Action<IEndpointConventionBuilder>? map = null)
    {
        var ownsFolder = folder is null;
        folder ??= await KeyFolder.CreateAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<CallCount>().AddSingleton<Signals>();
        builder.Services.AddAgentKeys(_ => folder.OpenStore());
        builder.Services.AddAuthentication().AddAgentKeys();
        builder.Services.AddAuthorization();
        configure(builder.Services.AddMcpServer().WithHttpTransport(http => http.SessionMode = (wire ?? Wire.Newest).Mode));

        var application = builder.Build();
        var endpoint = application.MapMcp("/mcp");
        if (requiresKey)
        {
            endpoint.RequireAuthorization();
        }

        map?.Invoke(endpoint);

        await application.StartAsync(TestContext.Current.CancellationToken);
        return new HttpServer(application, folder, ownsFolder);
    }

    public Task<McpClient> ConnectAsync(CreatedKey? key, Wire? wire = null, Answer? answer = null)
    {
        var options = new HttpClientTransportOptions
        {
            Endpoint = Endpoint,
            TransportMode = HttpTransportMode.StreamableHttp,
        };
        if (key is not null)
        {
            options.AdditionalHeaders = new Dictionary<string, string> { ["Authorization"] = "Bearer " + key.Secret.Reveal() };
        }

        return Clients.ConnectAsync(new HttpClientTransport(options), wire?.Protocol, answer);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        if (_ownsFolder)
        {
            await Folder.DisposeAsync();
        }
    }
}
