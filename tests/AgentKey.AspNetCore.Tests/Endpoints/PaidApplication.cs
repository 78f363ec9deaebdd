using System.Net;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Endpoints;

/// <summary>An application whose one endpoint counts how often its handler runs.</summary>
internal sealed class PaidApplication : IAsyncDisposable
{
    private int _runs;

    private PaidApplication()
    {
    }

    public KeyedApplication Server { get; private set; } = null!;

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Starts it.</summary>
    /// <param name="guard">Gives the endpoint <c>POST /work</c> its scope, price and limits.</param>
    /// <param name="work">What the handler does; by default it answers "done".</param>
    /// <param name="services">Adds to the services.</param>
    /// <param name="openStore">Opens the store; by default one on a file of its own.</param>
    /// <param name="use">Adds middleware before the endpoint.</param>
    public static async Task<PaidApplication> StartAsync(
        Action<IEndpointConventionBuilder> guard,
        RequestDelegate? work = null,
        Action<IServiceCollection>? services = null,
        Func<IKeyStore>? openStore = null,
        Action<IApplicationBuilder>? use = null)
    {
        var application = new PaidApplication();
        application.Server = await KeyedApplication.StartAsync(
            endpoints =>
            {
                use?.Invoke((IApplicationBuilder)endpoints);
                guard(endpoints.MapPost("/work", application.Counted(work ?? (context => context.Response.WriteAsync("done")))));
            },
            services: services,
            openStore: openStore);
        return application;
    }

    public Task<CreatedKey> MintAsync(decimal cents, params string[] scopes) => KeyFolder.MintAsync(Server.Keys, cents, scopes);

    public Task<HttpResponseMessage> PostAsync(CreatedKey? key, string? body = null, string? idempotencyKey = null) =>
        SendAsync(Server.Client, key, body, idempotencyKey);

    public static async Task<HttpResponseMessage> SendAsync(HttpClient client, CreatedKey? key, string? body, string? idempotencyKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/work") { Content = body is null ? null : new StringContent(body) };
        if (key is not null)
        {
            request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        }

        if (idempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", idempotencyKey);
        }

        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<KeyInfo> FindAsync(CreatedKey key) => (await Server.Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!;

    public async Task<Cost> SpentAsync(CreatedKey key) => (await FindAsync(key)).Spent;

    public Task<List<LedgerEntry>> LedgerAsync(CreatedKey key) =>
        Server.Keys.ReadLedgerAsync(key.Key.Id, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken).AsTask();

    /// <summary>Waits for what the server does after its client has its answer.</summary>
    public async Task UntilSpentAsync(CreatedKey key, decimal cents)
    {
        for (var patience = 0; await SpentAsync(key) != Cost.FromCents(cents) || (await FindAsync(key)).Held != Cost.Zero; patience++)
        {
            Assert.True(patience < 1_000, $"{await SpentAsync(key)} was spent, not {cents} cents");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Uses ids that a settlement could be thought to have, and then calls what is settled: every call has to be paid.</summary>
    public static async Task PayThoughSettleIdsAreUsedAsync(Func<IKeyStore>? openStore)
    {
        await using var application = await StartAsync(
            endpoint => endpoint.RequireAgentScope("docs.read").WithCostUpTo(40), openStore: openStore);
        var key = await application.MintAsync(1_000, "docs.read");

        foreach (var id in new[] { "x.settle.settle", "x.settle", "http:x.settle", "x" })
        {
            using var response = await application.PostAsync(key, "hello", id);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        Assert.Equal(4, application.Runs);
        await application.UntilSpentAsync(key, 160);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private RequestDelegate Counted(RequestDelegate work) => context =>
    {
        Interlocked.Increment(ref _runs);
        return work(context);
    };
}
