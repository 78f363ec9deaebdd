using System.Net;
using AgentKey.Money;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore.Tests.Endpoints;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task Row36_The_same_request_again_is_answered_as_the_first_time_and_neither_runs_nor_pays_again()
    {
        await using var application = await StartAsync();
        var key = await application.MintAsync(100, "proxy.chat");

        using var first = await application.PostAsync(key, "hello", "call-1");
        using var second = await application.PostAsync(key, "hello", "call-1");
        using var quoted = await application.PostAsync(key, "hello", "\"call-1\"");

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        foreach (var repeated in new[] { second, quoted })
        {
            Assert.Equal(HttpStatusCode.Accepted, repeated.StatusCode);
            Assert.Equal(await first.Content.ReadAsStringAsync(), await repeated.Content.ReadAsStringAsync());
            Assert.Equal("text/plain", repeated.Content.Headers.ContentType!.MediaType);
            Assert.Equal("1", Assert.Single(repeated.Headers.GetValues("X-Run")));
            Assert.Equal("true", Assert.Single(repeated.Headers.GetValues("Idempotent-Replayed")));
        }

        Assert.Equal(1, application.Runs);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
    }

    [Fact]
    public async Task Row36_The_same_request_many_times_at_once_runs_once()
    {
        await using var application = await StartAsync();
        var key = await application.MintAsync(1_000, "proxy.chat");

        var responses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => application.PostAsync(key, "hello", "call-1")));

        Assert.All(responses, response => Assert.True(response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.Conflict));
        Assert.Contains(responses, response => response.StatusCode == HttpStatusCode.Accepted);
        Assert.Equal(1, application.Runs);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
    }

    [Fact]
    public async Task Row36_Another_request_under_the_same_id_is_refused()
    {
        await using var application = await StartAsync();
        var key = await application.MintAsync(100, "proxy.chat");

        using var first = await application.PostAsync(key, "hello", "call-1");
        using var otherBody = await application.PostAsync(key, "good-bye", "call-1");
        using var otherPrice = await application.PostAsync(key, "expensive", "call-1");

        await otherBody.IsProblemAsync(HttpStatusCode.Conflict, "duplicate_call");
        await otherPrice.IsProblemAsync(HttpStatusCode.Conflict, "idempotency_mismatch");
        Assert.Equal(1, application.Runs);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
    }

    [Fact]
    public async Task An_id_belongs_to_its_key()
    {
        await using var application = await StartAsync();
        var one = await application.MintAsync(100, "proxy.chat");
        var other = await application.MintAsync(100, "proxy.chat");

        using var first = await application.PostAsync(one, "hello", "call-1");
        using var second = await application.PostAsync(other, "hello", "call-1");

        Assert.False(second.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(2, application.Runs);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(other));
    }

    [Fact]
    public async Task Two_applications_with_one_cache_and_the_same_key_ids_answer_their_own_keys_only()
    {
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        await using var one = await StartAsync(cache, "one");
        await using var other = await StartAsync(cache, "other");
        var mine = await one.MintAsync(100, "docs.read");
        await Task.Delay(20);
        var theirs = await other.MintAsync(100, "docs.read");
        Assert.Equal(mine.Key.Id, theirs.Key.Id);

        using var first = await one.PostAsync(mine, null, "order-1");
        using var second = await other.PostAsync(theirs, null, "order-1");
        using var again = await one.PostAsync(mine, null, "order-1");

        Assert.True(again.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("one", await again.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("Accept", "text/csv", "application/json")]
    [InlineData("Accept-Language", "de", "en")]
    [InlineData("Range", "bytes=0-3", "bytes=4-7")]
    [InlineData("Range", null, "bytes=4-7")]
    [InlineData("If-None-Match", null, "\"1\"")]
    [InlineData("Content-Type", "application/json", "application/xml")]
    public async Task A_request_for_another_form_of_the_answer_is_another_request(string header, string? first, string? second)
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15), context => context.Response.WriteAsync($"as {context.Request.Headers[header]}"));
        var key = await application.MintAsync(100, "proxy.chat");

        using var made = await SendAsync(first);
        using var other = await SendAsync(second);
        using var again = await SendAsync(first);

        Assert.Equal($"as {first}", await made.Content.ReadAsStringAsync());
        await other.IsProblemAsync(HttpStatusCode.Conflict, "duplicate_call");
        Assert.Equal($"as {first}", await again.Content.ReadAsStringAsync());
        Assert.Equal(1, application.Runs);

        async Task<HttpResponseMessage> SendAsync(string? value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/work") { Content = new ByteArrayContent([1]) };
            request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
            request.Headers.Add("Idempotency-Key", "call-1");
            if (value is not null && !request.Headers.TryAddWithoutValidation(header, value))
            {
                request.Content.Headers.TryAddWithoutValidation(header, value);
            }

            return await application.Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public Task A_call_whose_settlement_has_an_id_that_its_client_used_before_is_paid_in_full() =>
        PaidApplication.PayThoughSettleIdsAreUsedAsync(openStore: null);

    [Theory]
    [InlineData("mcp-2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae")]
    [InlineData("http:call-1")]
    public async Task A_client_cannot_choose_the_operation_id_of_another_call(string id)
    {
        await using var application = await StartAsync();
        var key = await application.MintAsync(100, "proxy.chat");
        using var first = await application.PostAsync(key, "hello", "call-1");

        using var second = await application.PostAsync(key, "hello", id);

        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal(["http:call-1", "http:" + id], (await application.LedgerAsync(key)).Select(entry => entry.OperationId));
    }

    [Fact]
    public async Task An_id_may_be_as_long_as_it_is_said()
    {
        await using var application = await StartAsync();
        var key = await application.MintAsync(100, "proxy.chat");

        using var longest = await application.PostAsync(key, "hello", new string('x', 112));
        using var longer = await application.PostAsync(key, "hello", new string('x', 113));

        Assert.Equal(HttpStatusCode.Accepted, longest.StatusCode);
        await longer.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
    }

    [Fact]
    public async Task A_failure_is_answered_again_too_and_costs_nothing()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15), context =>
        {
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return context.Response.WriteAsync("upstream is down");
        });
        var key = await application.MintAsync(100, "proxy.chat");

        using var first = await application.PostAsync(key, "hello", "call-1");
        using var second = await application.PostAsync(key, "hello", "call-1");

        Assert.Equal(HttpStatusCode.BadGateway, second.StatusCode);
        Assert.Equal("upstream is down", await second.Content.ReadAsStringAsync());
        Assert.Equal(1, application.Runs);
        await application.UntilSpentAsync(key, 0);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_not_kept_and_the_repetition_still_neither_runs_nor_pays()
    {
        await using var application = await StartAsync(options => options.KeepAnswersUpTo = 3);
        var key = await application.MintAsync(100, "proxy.chat");

        using var first = await application.PostAsync(key, "hello", "call-1");
        using var second = await application.PostAsync(key, "hello", "call-1");

        Assert.Equal("ran hello", await first.Content.ReadAsStringAsync());
        await second.IsProblemAsync(HttpStatusCode.Conflict, "duplicate_call");
        Assert.Equal(1, application.Runs);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
    }

    [Fact]
    public async Task An_answer_without_a_body_is_repeated_too()
    {
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15), context =>
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        var key = await application.MintAsync(100, "proxy.chat");

        using var first = await application.PostAsync(key, "hello", "call-1");
        using var second = await application.PostAsync(key, "hello", "call-1");

        Assert.Equal(HttpStatusCode.NoContent, second.StatusCode);
        Assert.True(second.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(1, application.Runs);
    }

    [Fact]
    public async Task An_answer_that_a_middleware_compresses_is_repeated_readable()
    {
        var runs = 0;
        await using var application = await KeyedApplication.StartAsync(
            endpoints =>
            {
                ((WebApplication)endpoints).UseResponseCompression();
                endpoints.MapPost("/work", () => Results.Text(string.Concat(Enumerable.Repeat($"run {++runs}. ", 1_000)))).RequireAgentScope("proxy.chat").WithCost(15);
            },
            services: services => services.AddResponseCompression());
        var key = await KeyFolder.MintAsync(application.Keys, 100, "proxy.chat");
        using var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip };
        using var client = new HttpClient(handler) { BaseAddress = application.Client.BaseAddress };

        using var first = await PaidApplication.SendAsync(client, key, "hello", "call-1");
        using var second = await PaidApplication.SendAsync(client, key, "hello", "call-1");

        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        Assert.StartsWith("run 1. run 1.", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_cache_that_is_down_takes_no_answer_away_and_lets_nothing_run_twice()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15),
            services: services => services.AddSingleton<IDistributedCache, BrokenCache>());
        var key = await application.MintAsync(100, "proxy.chat");

        using var first = await application.PostAsync(key, "hello", "call-1");
        using var second = await application.PostAsync(key, "hello", "call-1");

        Assert.Equal("done", await first.Content.ReadAsStringAsync());
        await second.IsProblemAsync(HttpStatusCode.Conflict, "duplicate_call");
        Assert.Equal(1, application.Runs);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("two words")]
    [InlineData("half\"quoted")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task An_id_that_is_malformed_is_refused_by_name_and_costs_nothing(string id)
    {
        await using var application = await StartAsync();
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key, "hello", id);

        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        Assert.Equal("Idempotency-Key", problem.GetProperty("field").GetString());
        Assert.Equal(0, application.Runs);
        Assert.Equal(Cost.Zero, await application.SpentAsync(key));
    }

    private static Task<PaidApplication> StartAsync(Action<AgentKeyHttpOptions>? configure = null)
    {
        var runs = 0;
        return PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(context => Cost.FromCents(context.Request.ContentLength == "expensive".Length ? 30 : 15)),
            async context =>
            {
                using var reader = new StreamReader(context.Request.Body);
                var body = await reader.ReadToEndAsync();
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                context.Response.ContentType = "text/plain";
                context.Response.Headers["X-Run"] = Interlocked.Increment(ref runs).ToString(System.Globalization.CultureInfo.InvariantCulture);
                await context.Response.WriteAsync($"ran {body}");
            },
            services => services.Configure<AgentKeyHttpOptions>(options => configure?.Invoke(options)));
    }

    private static Task<PaidApplication> StartAsync(IDistributedCache cache, string name) => PaidApplication.StartAsync(
        endpoint => endpoint.RequireAgentScope("docs.read").WithCost(1),
        context => context.Response.WriteAsync(name),
        services => services.AddSingleton(cache));

    private sealed class BrokenCache : IDistributedCache
    {
        public byte[]? Get(string key) => throw new IOException("the cache is down");

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => throw new IOException("the cache is down");

        public void Refresh(string key) => throw new IOException("the cache is down");

        public Task RefreshAsync(string key, CancellationToken token = default) => throw new IOException("the cache is down");

        public void Remove(string key) => throw new IOException("the cache is down");

        public Task RemoveAsync(string key, CancellationToken token = default) => throw new IOException("the cache is down");

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new IOException("the cache is down");

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default) => throw new IOException("the cache is down");
    }
}
