using System.Security.Claims;
using AgentKey.Agents;
using AgentKey.AspNetCore;
using AgentKey.Budgets;
using AgentKey.Events;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Postgres;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using AgentKey.TestSupport;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentKey.Dashboard.Tests;

/// <summary>A real application on a real port: a sign-in with a cookie, an endpoint that costs money, and the dashboard below a base path.</summary>
internal sealed class DashboardApplication : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly DirectoryInfo _folder;

    private DashboardApplication(WebApplication application, DirectoryInfo folder)
    {
        _application = application;
        _folder = folder;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Address) };
    }

    public string Address => _application.Urls.Single();

    public HttpClient Client { get; }

    public AgentKeys Keys => _application.Services.GetRequiredService<AgentKeys>();

    /// <param name="protect">What is done to the mapped dashboard; by default it is for operators only.</param>
    /// <param name="basePath">What stands before all paths.</param>
    /// <param name="isPostgres">Whether the keys are in a Postgres database, and not in a file.</param>
    /// <param name="prefix">Where the dashboard is mapped.</param>
    /// <param name="log">Takes what is logged.</param>
    public static async Task<DashboardApplication> StartAsync(Action<IEndpointConventionBuilder>? protect = null, string basePath = "", bool isPostgres = false, string prefix = "/agentkey", ILoggerProvider? log = null)
    {
        var database = isPostgres ? await (await PostgresServer.GetAsync()).CreateDatabaseAsync() : null;
        var folder = Directory.CreateTempSubdirectory("agentkey-dashboard-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        builder.Services.AddAgentKeys(
            _ => database is null ? SqliteKeyStore.Open(Path.Combine(folder.FullName, "keys.db")) : PostgresKeyStore.Open(database), options => options.Events = new EventRules { Refusals = 1 });
        builder.Services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie().AddAgentKeys();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("operators", policy => policy.RequireRole("operator"))
            .AddPolicy("anybody", policy => policy.AddAuthenticationSchemes("AgentKey").RequireAuthenticatedUser());
        builder.Services.AddAgentKeyDashboard();
        var application = builder.Build();
        application.UsePathBase(basePath);
        application.UseRouting();
        application.UseAuthentication();
        application.UseAuthorization();
        application.MapGet("/sign-in", (HttpContext context) => context.SignInAsync(new ClaimsPrincipal(
            new ClaimsIdentity([new Claim(ClaimTypes.Name, "ann"), new Claim(ClaimTypes.Role, "operator")], "test"))));
        application.MapPost("/paid", () => "worked").RequireAgentScope("docs.read").WithCost(15);
        (protect ?? (dashboard => dashboard.RequireAuthorization("operators")))(application.MapAgentKeyDashboard(prefix));
        await application.Services.GetRequiredService<AgentKeys>().MigrateAsync(TestContext.Current.CancellationToken);
        try
        {
            await application.StartAsync(TestContext.Current.CancellationToken);
            return new DashboardApplication(application, folder);
        }
        catch
        {
            await application.DisposeAsync();
            Remove(folder);
            throw;
        }
    }

    public Task<CreatedKey> MintAsync(string name, string account = "acme", string? parentId = null, Budget? budget = null) => Keys.CreateAsync(new NewKey
    {
        AccountId = account,
        Name = name,
        Scopes = ScopeSet.Of("docs.*"),
        Budget = budget ?? new Budget(Cost.FromDollars(3), BudgetPeriod.Day),
        ParentId = parentId,
        DelegatedBy = "ann@acme.example",
    });

    /// <summary>Calls the endpoint that costs 15 cents.</summary>
    public async Task<HttpResponseMessage> CallAsync(CreatedKey key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "paid");
        request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        Remove(_folder);
    }

    private static void Remove(DirectoryInfo folder)
    {
        SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }
}
