using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using AgentKey.Events;
using AgentKey.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>
/// What happens now, for people to watch: once a second the newest lines that a viewer has not seen. Charges come from
/// the ledger, refusals from the events, one line per key and hour with its count.
/// </summary>
internal sealed class Feed(AgentKeys keys, TimeProvider time)
{
    private const int Length = 40;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // A browser connects again by itself, and is asked again who it is.
    private static readonly TimeSpan LongestConnection = TimeSpan.FromMinutes(5);

    public async Task WriteAsync(HttpContext context)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var limit = new CancellationTokenSource(LongestConnection, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping, limit.Token);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            await SseFormatter.WriteAsync(FollowAsync(ended.Token), context.Response.Body, ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The viewer left, or its time is over.
        }
    }

    /// <summary>The newest lines, newest first.</summary>
    public async Task<IReadOnlyList<Line>> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var entries = await keys.ReadLedgerPageAsync(new LedgerPageQuery { Limit = Length }, cancellationToken).ConfigureAwait(false);
        var refusals = await keys.Events.ReadAsync(EventTypes.KeyRefused, Length, cancellationToken).ConfigureAwait(false);
        return
        [
            .. entries.Where(LedgerMarkup.IsOfCall).Select(entry => new Line(entry.At, $"{entry.Sequence}", LedgerMarkup.Line(entry, now)))
                .Concat(refusals.Select(refusal => new Line(refusal.At, $"{refusal.Id} {refusal.Count}", Refused(refusal, now))))
                .OrderByDescending(line => line.At).Take(Length),
        ];
    }

    private async IAsyncEnumerable<SseItem<string>> FollowAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        yield return new SseItem<string>("", "open");
        while (true)
        {
            var lines = await ReadAsync(cancellationToken).ConfigureAwait(false);
            foreach (var line in lines.Reverse().Where(line => !seen.Contains(line.Version)))
            {
                yield return new SseItem<string>(line.Markup.ToString(), "line");
            }

            seen = [.. lines.Select(line => line.Version)];
            await Task.Delay(Interval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Html Refused(StoredEvent refusal, DateTimeOffset now)
    {
        using var data = JsonDocument.Parse(refusal.Data);
        var key = data.RootElement.GetProperty("keyId").GetString()!;
        var code = data.RootElement.TryGetProperty("code", out var known) ? known.GetString() : null;
        return Html.Of($"""
            <li id="{refusal.Id}" class="refused"><span class="what">Refused</span> <a href="keys/{Uri.EscapeDataString(key)}">Key {key}</a> <span class="tool">{code}</span> <span class="number">{refusal.Count} ×</span> <span class="when">{Moments.Of(refusal.At, now)}</span></li>
            """);
    }

    /// <param name="At">When it happened.</param>
    /// <param name="Version">Another one means that it has to be shown again.</param>
    /// <param name="Markup">An element with an id that says what it is about.</param>
    internal sealed record Line(DateTimeOffset At, string Version, Html Markup);
}
