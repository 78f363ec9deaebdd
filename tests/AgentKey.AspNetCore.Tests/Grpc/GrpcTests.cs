using System.Net;
using System.Text.Json;
using AgentKey.AspNetCore.Tests.Grpc.Wire;
using AgentKey.Keys;
using AgentKey.Money;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Grpc;

public sealed class GrpcTests : IAsyncDisposable
{
    private readonly DocsService.Counter _counter = new();
    private KeyedApplication _application = null!;
    private GrpcChannel? _channel;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _channel?.Dispose();
        await (_application?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    [Fact]
    public async Task A_tagged_method_is_charged_before_it_runs_and_its_headers_say_what_is_left()
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);

        using var call = docs.ReadAsync(new Question(), Bearer(key), cancellationToken: Cancel);

        Assert.Equal("done", (await call.ResponseAsync).Text);
        Assert.StartsWith("\"budget\";r=85;", (await call.ResponseHeadersAsync).GetValue("ratelimit"), StringComparison.Ordinal);
        Assert.Equal(Cost.FromCents(15), await SpentAsync(key));
        var entry = Assert.Single(await _application.Keys.ReadLedgerAsync(key.Key.Id, Cancel).ToListAsync(Cancel));
        Assert.Equal("POST /docs.Docs/Read", entry.Tool);
    }

    [Fact]
    public async Task What_is_not_tagged_needs_no_key()
    {
        var docs = await StartAsync();

        Assert.Equal("free", (await docs.FreeAsync(new Question(), cancellationToken: Cancel)).Text);
    }

    [Fact]
    public async Task Row9_Whoever_has_no_valid_key_is_unauthenticated_and_runs_nothing()
    {
        var docs = await StartAsync();
        var revoked = await KeyFolder.MintAsync(_application.Keys);
        await _application.Keys.RevokeAsync(revoked.Key.Id, cancellationToken: Cancel);

        foreach (var headers in new[] { [], Bearer("junk"), Bearer(AgentSecret.Generate().Reveal()), Bearer(revoked) })
        {
            await IsRefusedAsync(docs.ReadAsync(new Question(), headers, cancellationToken: Cancel), StatusCode.Unauthenticated, "invalid_key");
        }

        Assert.Equal(0, _counter.Runs);
    }

    [Fact]
    public async Task Refusals_carry_their_code_and_all_that_an_agent_may_know()
    {
        var docs = await StartAsync();
        var poor = await KeyFolder.MintAsync(_application.Keys, 10, "docs.read");
        var other = await KeyFolder.MintAsync(_application.Keys, 100, "proxy.chat");

        var exhausted = await IsRefusedAsync(docs.ReadAsync(new Question(), Bearer(poor), cancellationToken: Cancel), StatusCode.ResourceExhausted, "budget_exhausted");
        var forbidden = await IsRefusedAsync(docs.ReadAsync(new Question(), Bearer(other), cancellationToken: Cancel), StatusCode.PermissionDenied, "insufficient_scope");

        Assert.Equal((15m, 10m), (exhausted.GetProperty("costCents").GetDecimal(), exhausted.GetProperty("remainingCents").GetDecimal()));
        Assert.Equal("docs.read", forbidden.GetProperty("requiredScope").GetString());
        Assert.Equal(0, _counter.Runs);
    }

    [Theory]
    [InlineData("broken", StatusCode.Unknown, 0)]
    [InlineData("unavailable", StatusCode.Unavailable, 0)]
    [InlineData("late", StatusCode.DeadlineExceeded, 0)]
    [InlineData("nonsense", StatusCode.InvalidArgument, 15)]
    public async Task Row37_Money_comes_back_when_it_was_the_servers_fault_and_only_then(string text, StatusCode status, int spentCents)
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);

        var error = await Assert.ThrowsAsync<RpcException>(async () => await docs.ReadAsync(new Question { Text = text }, Bearer(key), cancellationToken: Cancel));

        Assert.Equal(status, error.StatusCode);
        Assert.Equal(Cost.FromCents(spentCents), await SpentAsync(key));
    }

    [Fact]
    public async Task Row77_A_stream_is_settled_at_what_it_reported()
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);

        using var call = docs.Think(new Question(), Bearer(key), cancellationToken: Cancel);
        var parts = await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel);

        Assert.Equal(3, parts);
        Assert.Equal(Cost.FromCents(3), await SpentAsync(key));
    }

    [Fact]
    public async Task Row37_A_bug_in_the_middle_of_a_stream_gives_the_money_back()
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);

        using var call = docs.Follow(new Question { Text = "broken" }, Bearer(key), cancellationToken: Cancel);
        await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel));

        await HasPaidAsync(key, 0);
    }

    [Theory]
    [InlineData("docs.read")] // It costs too much.
    [InlineData("docs.write")] // The key has another scope.
    public async Task A_client_that_cannot_pay_for_the_rest_of_a_stream_pays_for_what_it_got(string scope)
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);

        using var call = docs.Follow(new Question { Text = scope }, Bearer(key), cancellationToken: Cancel);
        await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel));

        await HasPaidAsync(key, 15);
    }

    [Theory]
    [InlineData(false, 15)]
    [InlineData(true, 2)]
    public async Task Rows_37_77_A_client_that_cancels_a_stream_before_its_last_message_pays(bool isHeld, int spentCents)
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);

        using (var call = Stream(docs, isHeld, Bearer(key)))
        {
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
        }

        await HasPaidAsync(key, spentCents);
    }

    [Theory]
    [InlineData(false, 15)]
    [InlineData(true, 2)]
    public async Task Rows_37_77_A_client_whose_own_deadline_passes_pays(bool isHeld, int spentCents)
    {
        var docs = await StartAsync(new Hurry());
        var key = await KeyFolder.MintAsync(_application.Keys);

        using var call = Stream(docs, isHeld, Bearer(key));
        var late = await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.ReadAllAsync(Cancel).CountAsync(Cancel));

        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        await HasPaidAsync(key, spentCents);
    }

    [Theory]
    [InlineData("00 00000009 0A", 15)]
    [InlineData("00 00", 15)]
    [InlineData("00 00000001 0A", 15)]
    [InlineData("01 00000001 00", 15)]
    [InlineData("", 0)]
    public async Task Rows_37_77_A_client_that_breaks_its_stream_when_it_has_its_answer_pays_like_one_that_leaves(string end, int spentCents)
    {
        await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var client = new HttpClient { BaseAddress = _application.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/docs.Docs/Talk") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        request.Headers.TE.Add(new("trailers"));
        request.Headers.Add("grpc-encoding", "nonsense");
        request.Content = new WrittenBody("application/grpc", async stream =>
        {
            await stream.WriteAsync(Convert.FromHexString("00000000030A0161"), Cancel);
            await stream.FlushAsync(Cancel);
            await answered.Task;
            await stream.WriteAsync(Convert.FromHexString(end.Replace(" ", "", StringComparison.Ordinal)), Cancel);
        });

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var answers = await response.Content.ReadAsStreamAsync(Cancel);
        await answers.ReadAtLeastAsync(new byte[8], 8, cancellationToken: Cancel);
        answered.SetResult();

        await HasPaidAsync(key, spentCents);
        Assert.Equal(spentCents == 0 ? 2 : 1, await _application.Keys.ReadLedgerAsync(key.Key.Id, Cancel).CountAsync(Cancel));
    }

    [Theory]
    [InlineData("Talk", "00 00000003 FFFFFF")]
    [InlineData("Talk", "01 00000003 616263")]
    [InlineData("Collect", "00 00000003 FFFFFF")]
    public async Task Rows_37_77_A_client_that_ends_several_messages_with_one_that_cannot_be_read_pays(string method, string end)
    {
        await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);
        using var client = new HttpClient { BaseAddress = _application.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/docs.Docs/{method}") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        request.Headers.TE.Add(new("trailers"));
        // With its length, the body is read to its end before its messages are.
        request.Content = new ByteArrayContent(Convert.FromHexString("00000000030A016100000000030A0162" + end.Replace(" ", "", StringComparison.Ordinal)));
        request.Content.Headers.ContentType = new("application/grpc");

        using var response = await client.SendAsync(request, Cancel);

        await HasPaidAsync(key, 15);
    }

    [Fact]
    public async Task Row32_Of_50_calls_at_once_exactly_those_run_that_there_is_money_for()
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys, 150, "docs.read");

        var calls = await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ =>
        {
            try
            {
                await docs.ReadAsync(new Question(), Bearer(key), cancellationToken: Cancel);
                return StatusCode.OK;
            }
            catch (RpcException refused)
            {
                return refused.StatusCode;
            }
        }));

        Assert.Equal(10, calls.Count(status => status == StatusCode.OK));
        Assert.Equal(40, calls.Count(status => status == StatusCode.ResourceExhausted));
        Assert.Equal(10, _counter.Runs);
    }

    [Fact]
    public async Task Row36_A_repeated_id_neither_runs_nor_pays_again()
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);
        Metadata headers = [.. Bearer(key), new Metadata.Entry("idempotency-key", "order-1")];

        await docs.ReadAsync(new Question(), headers, cancellationToken: Cancel);
        await IsRefusedAsync(docs.ReadAsync(new Question(), headers, cancellationToken: Cancel), StatusCode.AlreadyExists, "duplicate_call");

        Assert.Equal(1, _counter.Runs);
        Assert.Equal(Cost.FromCents(15), await SpentAsync(key));
    }

    [Fact]
    public async Task Row67_Without_the_store_nothing_runs_until_it_is_back()
    {
        var docs = await StartAsync();
        var key = await KeyFolder.MintAsync(_application.Keys);

        _application.Folder.TakeAway();
        await IsRefusedAsync(docs.ReadAsync(new Question(), Bearer(key), cancellationToken: Cancel), StatusCode.Unavailable, "store_unavailable");
        _application.Folder.BringBack();
        await docs.ReadAsync(new Question(), Bearer(key), cancellationToken: Cancel);

        Assert.Equal(1, _counter.Runs);
    }

    [Fact]
    public void A_tagged_service_gets_no_guarded_twin_because_its_endpoint_charges() =>
        Assert.DoesNotContain(typeof(DocsService).Assembly.GetTypes(), type => type.Name == "GuardedDocsService");

    private async Task<Docs.DocsClient> StartAsync(HttpMessageHandler? handler = null)
    {
        _application = await KeyedApplication.StartAsync(
            endpoints => endpoints.MapGrpcService<DocsService>(),
            services: services =>
            {
                services.AddGrpc();
                services.AddSingleton(_counter);
                services.Configure<KestrelServerOptions>(kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
            });
        _channel = GrpcChannel.ForAddress(_application.Client.BaseAddress!, new GrpcChannelOptions { HttpHandler = handler });
        return new Docs.DocsClient(_channel);
    }

    private static Metadata Bearer(CreatedKey key) => Bearer(key.Secret.Reveal());

    private static Metadata Bearer(string secret) => [new Metadata.Entry("authorization", $"Bearer {secret}")];

    private static async Task<JsonElement> IsRefusedAsync(AsyncUnaryCall<Answer> call, StatusCode status, string code)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal((status, code), (refused.StatusCode, refused.Trailers.GetValue("agentkey-code")));
        Assert.NotEmpty(refused.Status.Detail);
        return JsonElement.Parse(refused.Trailers.GetValueBytes("agentkey-problem-bin")!);
    }

    private static AsyncServerStreamingCall<Answer> Stream(Docs.DocsClient docs, bool isHeld, Metadata headers)
    {
        var question = new Question { Text = "without the last" };
        return isHeld ? docs.Think(question, headers, cancellationToken: Cancel) : docs.Follow(question, headers, cancellationToken: Cancel);
    }

    private async Task HasPaidAsync(CreatedKey key, int cents)
    {
        await _counter.Ended.WaitAsync(Cancel);
        var paid = (await _application.Keys.FindAsync(key.Key.Id, Cancel))!;
        Assert.Equal((Cost.FromCents(cents), Cost.Zero), (paid.Spent, paid.Held));
    }

    private async Task<Cost> SpentAsync(CreatedKey key) => (await _application.Keys.FindAsync(key.Key.Id, Cancel))!.Spent;

    /// <summary>Sets a deadline behind the client's back, which would watch it too, and cancel.</summary>
    private sealed class Hurry() : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("grpc-timeout", "900m");
            return base.SendAsync(request, cancellationToken);
        }
    }
}
