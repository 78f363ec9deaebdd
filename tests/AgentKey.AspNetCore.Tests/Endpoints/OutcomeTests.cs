using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using AgentKey.Agents;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Tests.Endpoints;

public sealed class OutcomeTests
{
    [Theory]
    [InlineData(200, 15)]
    [InlineData(302, 15)]
    [InlineData(400, 15)]
    [InlineData(404, 15)]
    [InlineData(500, 0)]
    [InlineData(503, 0)]
    public async Task Row37_A_status_that_is_the_servers_fault_gives_the_money_back(int status, int cents)
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15), context => Answer(context, status));
        var key = await application.MintAsync(100, "proxy.chat");

        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = application.Server.Client.BaseAddress };
        using var response = await PaidApplication.SendAsync(client, key, body: null, idempotencyKey: null);
        await application.UntilSpentAsync(key, cents);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(1, application.Runs);
    }

    [Fact]
    public async Task Row37_A_handler_that_throws_gives_the_money_back()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15), _ => throw new InvalidOperationException("broken"));
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key);
        await application.UntilSpentAsync(key, 0);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(2, (await application.LedgerAsync(key)).Count);
    }

    [Fact]
    public async Task Row37_A_price_that_says_keep_keeps_the_money_of_failures()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15, onFailure: FailureOutcome.Keep), context => Answer(context, 500));
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(Cost.FromCents(15), await application.SpentAsync(key));
    }

    [Theory]
    [InlineData(FailureOutcome.Keep, 3)]
    [InlineData(FailureOutcome.Refund, 0)]
    public async Task Rows_37_77_A_client_that_breaks_off_a_stream_pays_for_what_it_used_unless_the_price_says_refund(FailureOutcome onCancellation, int cents)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCostUpTo(40, onCancellation: onCancellation),
            async context =>
            {
                ToolCall.Current!.ReportCost(Cost.FromCents(3));
                await context.Response.WriteAsync("first");
                await context.Response.Body.FlushAsync();
                started.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            });
        var key = await application.MintAsync(100, "proxy.chat");

        using (var client = new HttpClient { BaseAddress = application.Server.Client.BaseAddress })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/work");
            request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await started.Task;
            Assert.Equal(Cost.FromCents(40), (await application.FindAsync(key)).Held);
        }

        await application.UntilSpentAsync(key, cents);
    }

    [Fact]
    public async Task A_client_that_leaves_pays_in_whatever_words_the_handler_says_so() =>
        Assert.Equal(15, await CentsPaidByLeavingAsync(FailureOutcome.Keep, _ => throw new InvalidOperationException("Operation cancelled by user.")));

    [Theory]
    [InlineData(502, FailureOutcome.Keep, 15)]
    [InlineData(502, FailureOutcome.Refund, 0)]
    [InlineData(499, FailureOutcome.Keep, 15)]
    [InlineData(499, FailureOutcome.Refund, 0)]
    [InlineData(200, FailureOutcome.Refund, 15)]
    public async Task A_client_that_leaves_pays_whatever_failure_the_handler_makes_of_it(int status, FailureOutcome onCancellation, int cents) =>
        Assert.Equal(cents, await CentsPaidByLeavingAsync(onCancellation, context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_time_out_of_the_servers_own_is_not_a_client_that_leaves(bool isThrown)
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15),
            async context =>
            {
                var waiting = Task.Delay(Timeout.Infinite, context.RequestAborted);
                await waiting.ConfigureAwait(isThrown ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.SuppressThrowing);
                await Answer(context, StatusCodes.Status504GatewayTimeout);
            },
            services => services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new() { Timeout = TimeSpan.FromMilliseconds(50) }),
            use: application => application.UseRequestTimeouts());
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key);

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
        Assert.Equal([LedgerEntryKind.Charge, LedgerEntryKind.Void], (await application.LedgerAsync(key)).Select(entry => entry.Kind));
    }

    [Theory]
    [InlineData("zz\r\n", 0, FailureOutcome.Keep, 15)]
    [InlineData("zz\r\n", 0, FailureOutcome.Refund, 0)]
    [InlineData("zz\r\n", 502, FailureOutcome.Keep, 15)]
    [InlineData("zz\r\n", 502, FailureOutcome.Refund, 0)]
    [InlineData("8\r\ntoo long\r\n", 0, FailureOutcome.Keep, 15)]
    public async Task A_client_that_breaks_its_body_when_it_has_its_result_pays_like_one_that_leaves(
        string rest, int status, FailureOutcome onCancellation, int cents)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15, onCancellation: onCancellation),
            async context =>
            {
                context.Response.OnCompleted(() => Task.Run(ended.SetResult));
                context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = 8;
                Assert.Equal(5, await context.Request.Body.ReadAtLeastAsync(new byte[5], 5));
                await (status == 0 ? ResultAsync(context) : Task.CompletedTask);
                try
                {
                    await context.Request.Body.CopyToAsync(Stream.Null);
                }
                catch (IOException) when (status != 0)
                {
                    await Answer(context, status);
                }
            });
        var key = await application.MintAsync(100, "proxy.chat");

        var address = application.Server.Client.BaseAddress!;
        using var connection = new TcpClient(address.Host, address.Port);
        await using var stream = connection.GetStream();
        await SendAsync(stream, $"POST /work HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key.Secret.Reveal()}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        await (status == 0 ? stream.ReadAtLeastAsync(new byte[1], 1, cancellationToken: TestContext.Current.CancellationToken).AsTask() : Task.CompletedTask);
        await SendAsync(stream, rest);
        await ended.Task;

        await application.UntilSpentAsync(key, cents);
        Assert.Equal(cents == 0 ? 2 : 1, (await application.LedgerAsync(key)).Count);
    }

    [Theory]
    [InlineData("[1,2,xx]", FailureOutcome.Keep, 15)] // All of it is there when its fault is met.
    [InlineData("[1,2,xx]", FailureOutcome.Refund, 0)]
    [InlineData("[1,2,\"a\",", FailureOutcome.Keep, 15)] // The rest never comes.
    public async Task A_client_that_sends_nonsense_when_it_has_its_first_answers_pays_like_one_that_leaves(
        string body, FailureOutcome onCancellation, int cents)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15, onCancellation: onCancellation),
            async context =>
            {
                await ResultAsync(context);
                await foreach (var number in JsonSerializer.DeserializeAsyncEnumerable<int>(context.Request.Body, cancellationToken: context.RequestAborted))
                {
                    await context.Response.WriteAsync($"{number}");
                }
            },
            use: application => application.Use(next => context => EndAsync(next(context), ended)));
        var key = await application.MintAsync(100, "proxy.chat");

        await SendOpenAsync(application, key, body, isWhole: body.EndsWith(']'), ended.Task);

        Assert.Equal(Cost.FromCents(cents), await application.SpentAsync(key));
        Assert.Equal(cents == 0 ? 2 : 1, (await application.LedgerAsync(key)).Count);
    }

    [Theory]
    [InlineData(false, 0)] // What was wrong is the server's own.
    [InlineData(true, 15)] // Who still sends may have made it so.
    public async Task A_failure_in_the_middle_of_an_answer_is_the_servers_when_the_client_has_said_all(bool isSending, int cents)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15),
            async context =>
            {
                Assert.Equal(5, await context.Request.Body.ReadAtLeastAsync(new byte[5], 5));
                await ResultAsync(context);
                throw new InvalidOperationException("a bug");
            },
            use: application => application.Use(next => context => EndAsync(next(context), ended)));
        var key = await application.MintAsync(100, "proxy.chat");

        await SendOpenAsync(application, key, "hello", isWhole: !isSending, ended.Task);

        Assert.Equal(Cost.FromCents(cents), await application.SpentAsync(key));
    }

    [Theory]
    [InlineData("F18000000000")] // Reserved bits that nobody has agreed on.
    [InlineData("8185000000007B6F6F7073")] // A text, {oops, that is no JSON.
    public async Task A_client_that_breaks_its_web_socket_pays_like_one_that_leaves(string frame)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await KeyedApplication.StartAsync(endpoints =>
        {
            ((IApplicationBuilder)endpoints).UseWebSockets();
            endpoints.MapGet("/talk", async (HttpContext context) =>
            {
                context.Response.OnCompleted(() => Task.Run(ended.SetResult));
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await socket.SendAsync("result"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                var buffer = new byte[16];
                var question = await socket.ReceiveAsync(buffer, CancellationToken.None);
                JsonElement.Parse(buffer.AsSpan(0, question.Count));
            }).RequireAgentScope("docs.read").WithCost(15);
        });
        var key = await KeyFolder.MintAsync(application.Keys);

        using var connection = new TcpClient(application.Client.BaseAddress!.Host, application.Client.BaseAddress.Port);
        await using var stream = connection.GetStream();
        await SendAsync(
            stream,
            $"GET /talk HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key.Secret.Reveal()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        await stream.ReadAtLeastAsync(new byte[1], 1, cancellationToken: TestContext.Current.CancellationToken);
        await stream.WriteAsync(Convert.FromHexString(frame), TestContext.Current.CancellationToken);
        await ended.Task;

        Assert.Equal(LedgerEntryKind.Charge, Assert.Single(await application.Keys.ReadLedgerAsync(key.Key.Id).ToListAsync()).Kind);
    }

    [Fact]
    public async Task A_stream_is_settled_when_it_is_complete_and_not_before()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCostUpTo(40),
            async context =>
            {
                await context.Response.WriteAsync("first ");
                await context.Response.Body.FlushAsync();
                await goOn.Task;
                ToolCall.Current!.ReportCost(Cost.FromCents(9));
                await context.Response.WriteAsync("last");
            });
        var key = await application.MintAsync(100, "proxy.chat");

        using var request = new HttpRequestMessage(HttpMethod.Post, "/work");
        request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
        using var response = await application.Server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var during = await application.FindAsync(key);
        goOn.SetResult();
        var text = await response.Content.ReadAsStringAsync();
        await application.UntilSpentAsync(key, 9);

        Assert.Equal(Cost.FromCents(40), during.Held);
        Assert.Equal("first last", text);
    }

    [Fact]
    public async Task A_guarded_tool_inside_pays_for_itself_and_its_refusal_is_the_endpoints()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(1),
            async context =>
            {
                var guard = context.RequestServices.GetRequiredService<ToolGuard>();
                await guard.ChargeAsync(new ToolPolicy("Inner.Tool", "inner.use", Cost.FromCents(2)));
            });
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key);
        await application.UntilSpentAsync(key, 0);

        var problem = await response.IsProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Equal("inner.use", problem.GetProperty("requiredScope").GetString());
    }

    [Theory]
    [InlineData(DenialCode.BudgetExhausted, FailureOutcome.Keep, 1)]
    [InlineData(DenialCode.InsufficientScope, FailureOutcome.Keep, 1)]
    [InlineData(DenialCode.BudgetExhausted, FailureOutcome.Refund, 0)]
    [InlineData(DenialCode.StoreUnavailable, FailureOutcome.Keep, 0)]
    public async Task A_client_that_cannot_pay_for_the_rest_of_an_answer_pays_for_what_it_got(DenialCode reason, FailureOutcome onCancellation, int cents)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(1, onCancellation: onCancellation),
            async context =>
            {
                context.Response.OnCompleted(() => Task.Run(ended.SetResult));
                await ResultAsync(context);
                throw new ToolDeniedException(new Denial { Reason = reason });
            });
        var key = await application.MintAsync(100, "proxy.chat");

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => application.PostAsync(key));
        await ended.Task;

        Assert.Equal(Cost.FromCents(cents), await application.SpentAsync(key));
        Assert.Equal(cents == 0 ? 2 : 1, (await application.LedgerAsync(key)).Count);
    }

    [Fact]
    public async Task A_response_that_began_before_the_endpoint_loses_its_headers_and_not_its_work()
    {
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15),
            context => context.Response.WriteAsync("work"),
            use: application => application.Use(async (context, next) =>
            {
                await context.Response.WriteAsync("early ");
                await context.Response.Body.FlushAsync();
                await next(context);
            }));
        var key = await application.MintAsync(100, "proxy.chat");

        using var response = await application.PostAsync(key);

        Assert.Equal("early work", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, application.Runs);
        await application.UntilSpentAsync(key, 15);
    }

    /// <summary>A client asks for 15 cents and hangs up; then the handler ends.</summary>
    private static async Task<int> CentsPaidByLeavingAsync(FailureOutcome onCancellation, RequestDelegate end)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var application = await PaidApplication.StartAsync(
            endpoint => endpoint.RequireAgentScope("proxy.chat").WithCost(15, onCancellation: onCancellation),
            async context =>
            {
                context.Response.OnCompleted(() => Task.Run(ended.SetResult));
                started.SetResult();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await end(context);
            });
        var key = await application.MintAsync(100, "proxy.chat");

        using (var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/work");
            request.Headers.Authorization = new("Bearer", key.Secret.Reveal());
            var calling = application.Server.Client.SendAsync(request, leaving.Token);
            await started.Task;
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        }

        await ended.Task;
        var kinds = (await application.LedgerAsync(key)).Select(entry => entry.Kind).ToList();
        var cents = (int)((await application.SpentAsync(key)).MicroCents / Cost.FromCents(1).MicroCents);
        Assert.Equal(cents == 0 ? [LedgerEntryKind.Charge, LedgerEntryKind.Void] : [LedgerEntryKind.Charge], kinds);
        return cents;
    }

    /// <summary>Sends a request, all of it or all but its end, and stays until it is over.</summary>
    private static async Task SendOpenAsync(PaidApplication application, CreatedKey key, string body, bool isWhole, Task ended)
    {
        var address = application.Server.Client.BaseAddress!;
        using var connection = new TcpClient(address.Host, address.Port);
        await using var stream = connection.GetStream();
        var length = body.Length + (isWhole ? 0 : 1);
        await SendAsync(stream, $"POST /work HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key.Secret.Reveal()}\r\nContent-Length: {length}\r\n\r\n{body}");
        await ended.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static async Task EndAsync(Task request, TaskCompletionSource ended)
    {
        try
        {
            await request;
        }
        finally
        {
            ended.SetResult();
        }
    }

    private static async Task ResultAsync(HttpContext context)
    {
        await context.Response.WriteAsync("result");
        await context.Response.Body.FlushAsync();
    }

    private static Task SendAsync(Stream stream, string text) =>
        stream.WriteAsync(Encoding.ASCII.GetBytes(text), TestContext.Current.CancellationToken).AsTask();

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync("answer");
    }
}
