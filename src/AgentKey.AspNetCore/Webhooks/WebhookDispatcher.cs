using AgentKey.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore.Webhooks;

/// <summary>
/// Delivers the outbox. Every process may run one: an event is claimed before it is sent, marked once it was accepted,
/// and due again later when it was not, or when the process that claimed it died.
/// </summary>
internal sealed partial class WebhookDispatcher(
    AgentKeys keys, WebhookSender sender, IOptions<WebhookOptions> options, TimeProvider time, ILogger<WebhookDispatcher> logger) : BackgroundService
{
    private const int Batch = 16;
    private const int LongestBackoffStep = 12;

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HousekeepingInterval = TimeSpan.FromHours(1);
    private static readonly TimeSpan HousekeepingPause = TimeSpan.FromMinutes(1);

    private readonly WebhookOptions _options = options.Value;
    private DateTimeOffset _housekeepingDue;

    /// <summary>5 seconds, doubled at each attempt, about 6 hours at most.</summary>
    public static TimeSpan Backoff(int attempt) => FirstBackoff * (1 << Math.Min(attempt - 1, LongestBackoffStep));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await KeepHouseAsync(stoppingToken).ConfigureAwait(false);
                if (await DeliverDueAsync(stoppingToken).ConfigureAwait(false) == Batch)
                {
                    continue;
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
            {
                // Also what nobody foresaw: a fault that got out of here would stop the whole application, paid endpoints and all.
                LogStoreFault(fault);
            }

            await Task.Delay(_options.PollInterval, time, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task KeepHouseAsync(CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _housekeepingDue)
        {
            return;
        }

        _housekeepingDue = time.GetUtcNow() + HousekeepingInterval;
        if (_options.ExpiryNotice > TimeSpan.Zero)
        {
            await GuardedAsync(keys.Events.NoteExpiringAsync(_options.ExpiryNotice, cancellationToken), cancellationToken).ConfigureAwait(false);
        }

        await GuardedAsync(keys.Events.PruneAsync(_options.Retention, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What waits for delivery does not wait for this: it is tried again the next time.</summary>
    private async Task GuardedAsync(Task work, CancellationToken cancellationToken)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            _housekeepingDue = time.GetUtcNow() + HousekeepingPause;
            LogHousekeepingFault(fault);
        }
    }

    private async Task<int> DeliverDueAsync(CancellationToken cancellationToken)
    {
        // Long enough for the whole batch to time out one after another.
        var claim = (_options.Timeout * Batch) + TimeSpan.FromMinutes(1);
        var due = await keys.Events.ClaimAsync(Batch, claim, cancellationToken).ConfigureAwait(false);
        foreach (var claimed in due)
        {
            await DeliverAsync(claimed, cancellationToken).ConfigureAwait(false);
        }

        return due.Count;
    }

    private async Task DeliverAsync(ClaimedEvent claimed, CancellationToken cancellationToken)
    {
        var failure = await sender.SendAsync(claimed.Event, cancellationToken).ConfigureAwait(false);
        if (failure is null)
        {
            // Not with the stopping token: the receiver has it, and would get it again.
            await keys.Events.CompleteAsync(claimed.Event.Id, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        var delay = Backoff(claimed.Attempt);
        LogNotAccepted(claimed.Event.Id, claimed.Attempt, failure, delay);
        await keys.Events.PostponeAsync(claimed.Event.Id, delay, cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(5001, LogLevel.Warning, "Event {EventId} was not accepted at attempt {Attempt}: {Failure}; next in {Delay}")]
    private partial void LogNotAccepted(string eventId, int attempt, string failure, TimeSpan delay);

    [LoggerMessage(5002, LogLevel.Error, "Events wait: they could not be handed out")]
    private partial void LogStoreFault(Exception exception);

    [LoggerMessage(5003, LogLevel.Error, "Old events were not removed, or keys that expire not told of; the next attempt is in a minute")]
    private partial void LogHousekeepingFault(Exception exception);
}
