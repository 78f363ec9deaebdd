using System.Net;
using AgentKey.Agents;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>Applications that have keys, and forgot <c>AddAuthentication().AddAgentKeys()</c>.</summary>
public sealed class RegistrationTests
{
    private const string Advice = "AddAuthentication().AddAgentKeys()";

    [Fact]
    public async Task Keys_that_look_after_themselves_are_not_mapped()
    {
        using var folder = new KeyFolder();
        await using var application = Build(folder, new LogLines());

        var error = Assert.Throws<InvalidOperationException>(() => application.MapAgentKeys());

        Assert.Contains(Advice, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_stops_the_start_where_there_is_authorization()
    {
        using var folder = new KeyFolder();
        await using var application = Build(folder, new LogLines(), services => services.AddAuthorization());
        application.MapGet("/chat", () => "chat").RequireAgentScope("proxy.chat").WithCost(15);

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => application.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains(Advice, error.Message, StringComparison.Ordinal);
        Assert.Contains("GET /chat", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scope_at_one_endpoint_keeps_the_tagged_ones_beside_it_closed()
    {
        using var folder = new KeyFolder();
        var log = new LogLines();
        await using var application = Build(folder, log);
        application.MapGet("/chat", () => "chat").RequireAgentScope("proxy.chat").WithCost(15);

        await RunsNothingAsync(application, log);
    }

    [Theory]
    [InlineData("dashboard")]
    [InlineData("webhooks")]
    [InlineData("health")]
    public async Task Whatever_else_is_registered_keeps_the_tagged_endpoints_closed(string registered)
    {
        using var folder = new KeyFolder();
        var log = new LogLines();
        await using var application = Build(folder, log, services => Register(services, registered));

        await RunsNothingAsync(application, log);
    }

    [Fact]
    public async Task An_application_that_registers_nothing_of_the_package_keeps_its_tagged_endpoints_closed()
    {
        using var folder = new KeyFolder();
        var log = new LogLines();
        await using var application = Build(WebApplication.CreateBuilder(), folder, log);

        await RunsNothingAsync(application, log);
    }

    [Fact]
    public async Task So_does_one_that_builds_a_host_of_its_own()
    {
        using var folder = new KeyFolder();
        var log = new LogLines();
        var runs = 0;
        using var host = Host.CreateDefaultBuilder()
            .ConfigureLogging(logging => logging.ClearProviders().AddProvider(log))
            .ConfigureServices(services => services.AddAgentKeys(_ => folder.OpenStore()))
            .ConfigureWebHostDefaults(web => web
                .UseUrls("http://127.0.0.1:0")
                .Configure(application => application
                    .UseRouting()
                    .UseEndpoints(endpoints => endpoints.MapGet("/tagged", [AgentScope("proxy.chat"), Cost(15)] () => ++runs))))
            .Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        await AssertClosedAsync(new Uri(address), log);
        Assert.Equal(0, runs);
    }

    [Fact]
    public async Task A_document_does_not_promise_what_nothing_enforces()
    {
        using var folder = new KeyFolder();
        var log = new LogLines();
        await using var application = Build(folder, log, services => services.AddOpenApi(options => options.AddAgentKeys()));
        application.MapOpenApi();
        application.MapGet("/tagged", [AgentScope("proxy.chat"), Cost(15)] () => "ran");
        await application.StartAsync(TestContext.Current.CancellationToken);

        using var client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
        using var response = await client.GetAsync("/openapi/v1.json", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(Advice, log.Text, StringComparison.Ordinal);
    }

    private static void Register(IServiceCollection services, string what)
    {
        switch (what)
        {
            case "dashboard":
                services.AddAgentKeyDashboard();
                break;
            case "webhooks":
                services.AddAgentKeyWebhooks(options =>
                {
                    options.Url = new Uri("http://127.0.0.1:9/");
                    options.Secrets.Add("whsec_" + Convert.ToBase64String(new byte[32]));
                });
                break;
            default:
                services.AddHealthChecks().AddAgentKeys();
                break;
        }
    }

    private static async Task RunsNothingAsync(WebApplication application, LogLines log)
    {
        var runs = 0;
        application.MapGet("/tagged", [AgentScope("proxy.chat"), Cost(15)] () => ++runs);
        await application.StartAsync(TestContext.Current.CancellationToken);

        await AssertClosedAsync(new Uri(application.Urls.Single()), log);
        Assert.Equal(0, runs);
    }

    private static async Task AssertClosedAsync(Uri address, LogLines log)
    {
        using var client = new HttpClient { BaseAddress = address };
        using var response = await client.GetAsync("/tagged", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Contains(Advice, log.Text, StringComparison.Ordinal);
    }

    private static WebApplication Build(KeyFolder folder, LogLines log, Action<IServiceCollection>? services = null) =>
        Build(WebApplication.CreateSlimBuilder(), folder, log, services);

    private static WebApplication Build(WebApplicationBuilder builder, KeyFolder folder, LogLines log, Action<IServiceCollection>? services = null)
    {
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddAgentKeys(_ => folder.OpenStore());
        services?.Invoke(builder.Services);
        return builder.Build();
    }
}
