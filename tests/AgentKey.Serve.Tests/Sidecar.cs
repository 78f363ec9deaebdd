using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using Microsoft.Extensions.Logging;

namespace AgentKey.Serve.Tests;

/// <summary>A real sidecar on real ports and a real database, and a client that holds the applications' token.</summary>
internal sealed class Sidecar : IAsyncDisposable
{
    public static readonly string AppToken = new('t', 40);

    public static readonly string AdminToken = new('a', 40);

    private readonly Database? _owned;

    private Sidecar(Database database, AgentKeys keys, KeyServer server, LogLines log, bool ownsDatabase)
    {
        Keys = keys;
        Server = server;
        Log = log;
        Database = database;
        _owned = ownsDatabase ? database : null;
        App = ClientOf(server.DataAddress, AppToken);
        Admin = server.AdminAddress is { } admin ? ClientOf(admin, AdminToken) : null;
    }

    public AgentKeys Keys { get; }

    public KeyServer Server { get; }

    public LogLines Log { get; }

    public Database Database { get; }

    public HttpClient App { get; }

    public HttpClient? Admin { get; }

    public static async Task<Sidecar> StartAsync(string kind) => await StartAsync(await Database.CreateAsync(kind), ownsDatabase: true);

    /// <summary>A sidecar on a database that others use too.</summary>
    public static async Task<Sidecar> StartAsync(Database database, bool ownsDatabase = false, bool isAdministered = true)
    {
        var log = new LogLines();
        var keys = new AgentKeys(database.Open(), new AgentKeysOptions { StoreTimeout = TimeSpan.FromMinutes(1) });
        await keys.MigrateAsync();
        var options = new KeyServerOptions
        {
            DataTokens = AccessTokens.Parse(AppToken),
            DataUrl = "http://127.0.0.1:0",
            AdminTokens = isAdministered ? AccessTokens.Parse(AdminToken) : null,
            AdminUrl = "http://127.0.0.1:0",
            ConfigureLogging = logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log),
        };
        return new Sidecar(database, keys, await KeyServer.StartAsync(keys, options), log, ownsDatabase);
    }

    public static HttpClient ClientOf(Uri address, string? token) => new()
    {
        BaseAddress = address,
        DefaultRequestHeaders = { Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token) },
    };

    public Task<CreatedKey> MintAsync(decimal cents = 100) => Keys.CreateAsync(new NewKey
    {
        AccountId = "acme",
        Scopes = ScopeSet.Of("docs.*"),
        Budget = new Budget(Cost.FromCents(cents), BudgetPeriod.Once),
    });

    /// <summary>Asks the data plane.</summary>
    public Task<HttpResponseMessage> AskAsync(string path, JsonObject? body, string? idempotencyKey = null) =>
        AskAsync(App, path, body?.ToJsonString(), idempotencyKey);

    /// <summary>Asks the admin plane.</summary>
    public Task<HttpResponseMessage> AdministerAsync(string path, JsonObject body, string? idempotencyKey = null) =>
        AskAsync(Admin!, path, body.ToJsonString(), idempotencyKey);

    /// <summary>Asks with JSON as it stands.</summary>
    public static async Task<HttpResponseMessage> AskAsync(HttpClient client, string path, string? json, string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> ChargeAsync(CreatedKey key, decimal cents, string? idempotencyKey = null, string scope = "docs.read") =>
        AskAsync("/v1/charges", new JsonObject { ["key"] = key.Secret.Reveal(), ["scope"] = scope, ["costCents"] = cents }, idempotencyKey);

    public Task<HttpResponseMessage> HoldAsync(CreatedKey key, decimal cents, string? idempotencyKey = null) =>
        AskAsync("/v1/holds", new JsonObject { ["key"] = key.Secret.Reveal(), ["scope"] = "docs.read", ["upToCents"] = cents }, idempotencyKey);

    public async Task<KeyInfo> ReadAsync(CreatedKey key) => (await Keys.FindAsync(key.Key.Id))!;

    public async ValueTask DisposeAsync()
    {
        App.Dispose();
        Admin?.Dispose();
        await Server.DisposeAsync();
        await Keys.DisposeAsync();
        if (_owned is not null)
        {
            await _owned.DisposeAsync();
        }
    }
}
