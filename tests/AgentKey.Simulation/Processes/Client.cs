using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Simulation.Scheduling;
using AgentKey.Simulation.Stores;
using AgentKey.Storage;

namespace AgentKey.Simulation.Processes;

/// <summary>Asks one life of a process until it has an answer, and writes the answer down.</summary>
internal sealed class Client(SimulatedProcess process, EventLoop loop)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);

    private readonly SimulatedHost _host = process.Host;
    private readonly AgentKeys _keys = process.Keys;

    /// <summary>Asks until there is an answer; a failure is ambiguous, so the same operation is asked again.</summary>
    public async Task<Reply> AskAsync(Ask ask, bool mayGiveUp = false)
    {
        using var patience = new CancellationTokenSource(mayGiveUp ? loop.UpTo(Patience) : Timeout.InfiniteTimeSpan, _host.Timers);

        while (true)
        {
            ask.Tries++;
            try
            {
                return Note(ask, await AnswerAsync(ask, patience.Token));
            }
            catch (Exception failure) when (failure is StoreUnavailableException or StatementFailedException)
            {
                loop.Write($"{_host.Name} got no answer to {ask}");
                if (ask.IsAnonymous)
                {
                    return Note(ask, new Reply(Reply.Unknown, null, null, false));
                }

                await loop.DelayAsync(loop.UpTo(TimeSpan.FromSeconds(1)), _host);
            }
            catch (OperationCanceledException) when (patience.IsCancellationRequested)
            {
                return Note(ask, new Reply(Reply.GivenUp, null, null, false));
            }
        }
    }

    private Reply Note(Ask ask, Reply reply)
    {
        loop.Write($"{_host.Name} was told {ask}: {reply.Word}, {reply.Remaining} left");
        ask.Replies.Add(reply);
        return reply;
    }

    private async Task<Reply> AnswerAsync(Ask ask, CancellationToken cancellationToken)
    {
        var secret = ask.Key.Subject is not null ? null : loop.Chance(90) ? ask.Key.Secrets[^1] : loop.Pick(ask.Key.Secrets);
        var request = new ChargeRequest(ask.OperationId.Length % 2 == 0 ? "docs.read" : "docs.find", ask.Cost) { OperationId = ask.IsAnonymous ? null : ask.OperationId };
        switch (ask.Kind)
        {
            case AskKind.Charge:
                var charged = await _keys.ChargeAsync(CallerOf(ask.Key, secret), request, cancellationToken);
                return new Reply(charged.Denial?.Code ?? Reply.Allowed, charged.Remaining, secret, charged.IsReplay, charged.Receipt?.OperationId);
            case AskKind.Hold:
                var held = await _keys.HoldAsync(CallerOf(ask.Key, secret), request, ask.TimeToLive, cancellationToken);
                return new Reply(held.Denial?.Code ?? Reply.Allowed, held.Remaining, secret, held.IsReplay, held.Receipt?.OperationId);
            case AskKind.Settle:
                var settled = await _keys.SettleAsync(HoldOf(ask.Origin!), ask.Cost, ask.OperationId, cancellationToken);
                return new Reply(settled.Outcome.ToString(), settled.Remaining, null, settled.IsReplay);
            case AskKind.Void:
                var voided = ask.Origin!.Kind == AskKind.Hold
                    ? await _keys.VoidAsync(HoldOf(ask.Origin), cancellationToken)
                    : await _keys.VoidAsync(new ChargeReceipt(ask.Origin.Key.Id, ask.Origin.OperationId, ask.Origin.Cost), cancellationToken);
                return new Reply(voided.ToString(), null, null, false);
            default:
                var extended = await _keys.ExtendAsync(HoldOf(ask.Origin!), ask.TimeToLive, cancellationToken);
                return new Reply(extended.Outcome.ToString(), null, null, false);
        }
    }

    private Caller CallerOf(KnownKey key, AgentSecret? secret) =>
        key.Subject is { } subject ? _keys.IdentifySubject(subject) : _keys.Identify(secret!.Reveal());

    private static HoldReceipt HoldOf(Ask origin) => new(origin.Key.Id, origin.OperationId, origin.Cost, DateTimeOffset.MaxValue);
}
