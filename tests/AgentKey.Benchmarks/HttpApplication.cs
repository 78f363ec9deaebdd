using System.Net.Http.Headers;
using AgentKey.Agents;
using AgentKey.AspNetCore;
using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentKey.Benchmarks;

/// <summary>An application with the same endpoint three times, and a client of it.</summary>
internal sealed class HttpApplication : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly CreatedKey _key;
    private readonly HttpClient _client;

    private HttpApplication(WebApplication application, CreatedKey key)
    {
        _application = application;
        _key = key;
        _client = new HttpClient { BaseAddress = new Uri(application.Urls.Single()) };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key.Secret.Reveal());
    }

    private AgentKeys Keys => _application.Services.GetRequiredService<AgentKeys>();

    public static async Task<HttpApplication> StartAsync(IKeyStore store)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddAgentKeys(_ => store, options => options.StoreTimeout = TimeSpan.FromMinutes(1));
        builder.Services.AddAuthentication().AddAgentKeys();
        builder.Services.AddAuthorization();
        var application = builder.Build();
        application.MapGet("/free", () => "done");
        application.MapGet("/known", () => "done").RequireAuthorization();
        application.MapGet("/paid", () => "done").RequireAgentScope("bench.call").WithCost(1);
        var keys = application.Services.GetRequiredService<AgentKeys>();
        await keys.MigrateAsync();
        var key = await keys.CreateAsync(new NewKey
        {
            AccountId = "bench",
            Scopes = ScopeSet.Of("bench.*"),
            Budget = new Budget(Cost.FromDollars(10_000_000), BudgetPeriod.Month),
        });
        await application.StartAsync();
        return new HttpApplication(application, key);
    }

    /// <summary>What is compared, the unguarded endpoint first.</summary>
    public IEnumerable<ITarget> Targets()
    {
        // A client that presents a key is authenticated wherever it goes; nobody presents one to what is free.
        var anonymous = new HttpClient { BaseAddress = _client.BaseAddress };
        var caller = Keys.Identify(_key.Secret.Reveal());
        var request = new ChargeRequest("bench.call", Cost.FromCents(1)) { Tool = "GET /paid" };
        yield return new Target("unguarded", () => GetAsync(anonymous, "/free"), null);
        yield return new Target("behind a key", () => GetAsync(_client, "/known"), null);
        yield return new Target("behind a price", () => GetAsync(_client, "/paid"), ReadSpentCentsAsync);
        yield return new Target("(validate, no HTTP)", async () => (await Keys.ValidateAsync(caller)).IsAlive, null);
        yield return new Target("(charge, no HTTP)", async () => (await Keys.ChargeAsync(caller, request)).IsAllowed, ReadSpentCentsAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _application.DisposeAsync();
    }

    private static async Task<bool> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        return response.IsSuccessStatusCode;
    }

    private async Task<long> ReadSpentCentsAsync() => (await Keys.FindAsync(_key.Key.Id))!.Spent.MicroCents / Cost.MicroCentsPerCent;

    /// <summary>One request; what costs nothing counts its own, as if each had cost a cent.</summary>
    private sealed class Target(string name, Func<Task<bool>> ask, Func<Task<long>>? readSpent) : ITarget
    {
        private long _asked;

        public string Name { get; } = name;

        public async Task<bool> ChargeAsync(int key)
        {
            var isDone = await ask();
            Interlocked.Increment(ref _asked);
            return isDone;
        }

        public Task<long> ReadSpentCentsAsync() => readSpent?.Invoke() ?? Task.FromResult(Interlocked.Read(ref _asked));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
