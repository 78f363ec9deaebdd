using AgentKey.Money;
using AgentKey.Simulation.Scheduling;

namespace AgentKey.Simulation.Processes;

/// <summary>What one worker of a process does all day: calls that are charged, held, settled, returned and asked again.</summary>
internal sealed class Workload(SimulatedProcess process, IReadOnlyList<SimulatedProcess> all, EventLoop loop, Journal journal)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(20);

    private readonly SimulatedHost _host = process.Host;
    private readonly Client _client = new(process, loop);
    private readonly Administrator _administrator = new(process, loop, journal);

    /// <summary>Asks again for everything that an earlier life of this process had no answer to.</summary>
    public async Task RecoverAsync(IEnumerable<Ask> open)
    {
        foreach (var ask in open)
        {
            await _client.AskAsync(ask);
        }
    }

    public async Task WorkAsync()
    {
        while (journal.TryTakeAction())
        {
            await loop.DelayAsync(loop.UpTo(LongestPause), _host);
            if (journal.Keys.Count == 0)
            {
                await _administrator.MintRootAsync();
                continue;
            }

            await ActAsync(loop.Pick(journal.Keys));
        }
    }

    private Task ActAsync(KnownKey key) => loop.Random.Next(100) switch
    {
        < 45 => ChargeAsync(key),
        < 75 => HoldAsync(key),
        < 83 => RepeatAsync(),
        < 84 => _administrator.MintRootAsync(),
        < 89 => _administrator.MintChildAsync(key),
        < 90 => _administrator.RevokeAsync(key),
        < 92 => _administrator.RotateAsync(key),
        < 96 => _administrator.ChangeBudgetAsync(key),
        _ => _administrator.EnsureSubjectAsync($"subject{loop.Random.Next(3)}"),
    };

    private async Task ChargeAsync(KnownKey key)
    {
        if (loop.Chance(25))
        {
            await _client.AskAsync(journal.Write(new Ask(AskKind.Charge, key, journal.NewId(), Amount(50)) { IsAnonymous = true }));
            return;
        }

        var charge = journal.Write(new Ask(AskKind.Charge, key, journal.NewId(), Amount(50)));
        var reply = await AskAsync(charge);
        if (reply.Word == Reply.Allowed && loop.Chance(25))
        {
            await AskAsync(journal.Write(new Ask(AskKind.Void, key, journal.NewId(), charge.MicroCents) { Origin = charge }));
        }
    }

    private async Task HoldAsync(KnownKey key)
    {
        var timeToLive = TimeSpan.FromMilliseconds(loop.Random.NextInt64(1_000, 200_000_000));
        var hold = journal.Write(new Ask(AskKind.Hold, key, journal.NewId(), Amount(80)) { TimeToLive = timeToLive });
        if ((await AskAsync(hold)).Word != Reply.Allowed)
        {
            return;
        }

        // The work takes its time; now and then so long that the hold expires.
        await loop.DelayAsync(loop.UpTo(loop.Chance(10) ? timeToLive * 2 : LongestPause), _host);
        if (loop.Chance(15))
        {
            await AskAsync(journal.Write(new Ask(AskKind.Extend, key, journal.NewId(), 0) { Origin = hold, TimeToLive = TimeSpan.FromHours(loop.Random.Next(1, 50)) }));
        }

        if (loop.Chance(75))
        {
            await AskAsync(journal.Write(new Ask(AskKind.Settle, key, journal.NewId(), Amount(loop.Chance(80) ? 60 : 120)) { Origin = hold }));
        }

        if (loop.Chance(20))
        {
            await AskAsync(journal.Write(new Ask(AskKind.Void, key, journal.NewId(), hold.MicroCents) { Origin = hold }));
        }
    }

    /// <summary>Somebody asks again for what was answered long ago.</summary>
    private async Task RepeatAsync()
    {
        if (journal.Asks.Count > 0 && loop.Pick(journal.Asks) is { IsAnonymous: false } ask)
        {
            await AskAsync(ask);
        }
    }

    /// <summary>Asks; now and then another process asks the same at the same time.</summary>
    private Task<Reply> AskAsync(Ask ask)
    {
        if (loop.Chance(12))
        {
            var other = loop.Pick(all);
            other.Run(() => new Client(other, loop).AskAsync(ask));
        }

        return _client.AskAsync(ask, mayGiveUp: loop.Chance(6));
    }

    private long Amount(int mostCents) => loop.Chance(50)
        ? loop.Random.Next(mostCents) * Cost.MicroCentsPerCent
        : loop.Random.NextInt64(mostCents * Cost.MicroCentsPerCent);
}
