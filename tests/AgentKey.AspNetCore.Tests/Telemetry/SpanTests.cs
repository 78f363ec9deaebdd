using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using AgentKey.AspNetCore.Tests.Endpoints;
using Microsoft.AspNetCore.Builder;

namespace AgentKey.AspNetCore.Tests.Telemetry;

public sealed class SpanTests
{
    // Other tests run at the same time and in databases of their own, whose first key has the same id: the scope is only ours.
    private const string OwnScope = "proxy.spans";

    [Fact]
    public async Task The_requests_own_span_says_what_was_decided_and_the_charge_has_one_below_it()
    {
        using var spans = new Spans();
        await using var application = await PaidApplication.StartAsync(endpoint => endpoint.RequireAgentScope(OwnScope).WithCost(15));
        var key = await application.MintAsync(20, OwnScope);

        using var paid = await application.PostAsync(key);
        using var refused = await application.PostAsync(key);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.PaymentRequired], [paid.StatusCode, refused.StatusCode]);
        var requests = await spans.WaitForAsync("Microsoft.AspNetCore", span => Equals(span.GetTagItem("agentkey.scope"), OwnScope), 2);
        var charges = await spans.WaitForAsync("AgentKey", span => requests.Any(request => request.SpanId == span.ParentSpanId), 2);

        Assert.Equal(["allowed", "budget_exhausted"], requests.Select(span => span.GetTagItem("agentkey.decision")));
        Assert.All(requests, span => Assert.Equal(15_000_000L, span.GetTagItem("agentkey.cost")));
        Assert.All(requests, span => Assert.Equal(5_000_000L, span.GetTagItem("agentkey.budget.remaining")));
        Assert.All(requests, span => Assert.Equal(key.Key.Id, span.GetTagItem("agentkey.key.id")));
        Assert.All(charges, span => Assert.Equal("agentkey charge", span.OperationName));
        Assert.Equal(requests[0].TraceId.ToHexString(), Assert.Single(await application.LedgerAsync(key)).TraceId);
        Assert.All(requests.Concat(charges), span => Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()?.Contains(key.Secret.Reveal(), StringComparison.Ordinal) == true));
    }

    /// <summary>Everything that ends while it lives.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = new();
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is "AgentKey" or "Microsoft.AspNetCore",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        /// <summary>The spans of a source that match; a request's ends after its client has the answer.</summary>
        public async Task<List<Activity>> WaitForAsync(string source, Func<Activity, bool> matches, int count)
        {
            for (var patience = 0; ; patience++)
            {
                var found = _ended.Where(span => span.Source.Name == source && matches(span)).OrderBy(span => span.StartTimeUtc).ToList();
                if (found.Count == count)
                {
                    return found;
                }

                Assert.True(patience < 1_000, $"{found.Count} spans of {source}, not {count}");
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
