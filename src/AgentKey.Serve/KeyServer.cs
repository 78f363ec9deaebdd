using System.Text.Json.Serialization;
using AgentKey.AspNetCore;
using AgentKey.Serve.Metrics;
using AgentKey.Serve.OpenApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AgentKey.Serve;

/// <summary>
/// The sidecar: agent keys over HTTP for programs in any language. It takes nothing from the environment and from
/// settings files, so nobody can move a listener by accident, and leaves the process's signals alone.
/// </summary>
/// <remarks>Safe for use from any number of threads.</remarks>
public sealed class KeyServer : IAsyncDisposable
{
    // Less than the 30 seconds that orchestrators commonly wait before they kill.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);

    private readonly WebApplication _data;
    private readonly WebApplication? _admin;
    private readonly WebApplication? _scraped;
    private readonly ProcessMetrics _metrics;

    private KeyServer(AgentKeys keys, KeyServerOptions options)
    {
        // Three applications, and not one with three addresses: no header of a request can choose the plane.
        _data = Build(keys, options, options.DataUrl, nameof(options.DataUrl), Plane.Data);
        _data.MapAgentKeyDataPlane(options.DataTokens);
        _admin = options.AdminTokens is null ? null : Build(keys, options, options.AdminUrl, nameof(options.AdminUrl), Plane.Admin);
        _admin?.MapAgentKeyAdminPlane(options.AdminTokens!);
        _scraped = options.MetricsUrl is null ? null : Build(keys, options, options.MetricsUrl, nameof(options.MetricsUrl), plane: null);
        _metrics = new ProcessMetrics();
        if (_scraped is not null)
        {
            MetricsEndpoint.Map(_scraped, keys, _metrics);
        }
    }

    /// <summary>Where applications ask.</summary>
    public Uri DataAddress => new(_data.Urls.Single());

    /// <summary>Where operators administer; <see langword="null"/> when nobody does.</summary>
    public Uri? AdminAddress => _admin is null ? null : new Uri(_admin.Urls.Single());

    /// <summary>Where <c>/metrics</c> is; <see langword="null"/> when it is nowhere.</summary>
    public Uri? MetricsAddress => _scraped is null ? null : new Uri(_scraped.Urls.Single());

    private IEnumerable<WebApplication> Applications => new[] { _data, _admin, _scraped }.OfType<WebApplication>();

    /// <summary>Starts the server.</summary>
    /// <param name="keys">The keys; not disposed.</param>
    /// <param name="options">Where to listen, and who may ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidFieldException">A setting is not acceptable.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task<KeyServer> StartAsync(AgentKeys keys, KeyServerOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(options);
        if (options.AdminTokens?.Overlaps(options.DataTokens) == true)
        {
            throw new InvalidFieldException(nameof(options.AdminTokens), "opens the data plane too", "a token of its own");
        }

        var server = new KeyServer(keys, options);
        try
        {
            foreach (var application in server.Applications)
            {
                await application.StartAsync(cancellationToken).ConfigureAwait(false);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops listening, and waits up to 20 seconds for the requests that are being answered.</summary>
    public async ValueTask DisposeAsync()
    {
        // Disposing alone would cut them off, and leave their callers to guess whether they were charged.
        await Task.WhenAll(Applications.Select(application => application.StopAsync())).ConfigureAwait(false);
        foreach (var application in Applications)
        {
            await application.DisposeAsync().ConfigureAwait(false);
        }

        _metrics.Dispose();
    }

    private static WebApplication Build(AgentKeys keys, KeyServerOptions options, string url, string field, Plane? plane)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(Require(url, field));
        builder.Services.AddRouting();
        builder.Services.AddLogging(options.ConfigureLogging ?? (_ => { }));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SilentLifetime>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
        builder.Services.AddSingleton(keys);
        builder.Services.AddAgentKeyAdminPlane();
        builder.Services.AddHealthChecks().AddAgentKeys();
        if (plane is not null)
        {
            builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
            builder.Services.AddOpenApi(document => PlaneDocument.Describe(document, plane));
        }

        var application = builder.Build();
        application.UseExceptionHandler(failure => failure.Run(context => RefusalResponse.WriteAsync(context, StatusCodes.Status500InternalServerError, "Failure", "failure")));
        application.UseStatusCodePages(page => UnservedRequest.AnswerAsync(page.HttpContext));
        if (plane is not null)
        {
            application.MapOpenApi();
        }

        application.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        application.MapHealthChecks("/health/ready");
        return application;
    }

    private static string Require(string url, string field) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address is { Scheme: "http", PathAndQuery: "/" }
            ? url
            : throw new InvalidFieldException(field, "is no address to listen at", "http://, an address and a port, e.g. http://127.0.0.1:7400");

    /// <summary>Leaves starting and stopping to whoever made the server.</summary>
    private sealed class SilentLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
