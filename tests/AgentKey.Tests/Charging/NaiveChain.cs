using AgentKey.Charging;

namespace AgentKey.Tests.Charging;

/// <summary>
/// The specification of shared chains and holds as a person would do it on paper: every amount with the day it counts
/// on, added up from scratch at each question. Shares no code with the state machine.
/// </summary>
internal sealed class NaiveChain(IReadOnlyList<long> capsMicroCents)
{
    private readonly List<(int Key, NaiveCall Call)> _calls = [];
    private readonly List<(int Key, DateOnly Day, long MicroCents)> _overruns = [];

    public long SpentOf(int key, DateTimeOffset now) =>
        _calls.Where(one => one.Key >= key && Day(one.Call.At) == Day(now) && one.Call.Counts(now)).Sum(one => one.Call.MicroCents)
        + _overruns.Where(overrun => overrun.Key >= key && overrun.Day == Day(now)).Sum(overrun => overrun.MicroCents);

    public string Spend(int key, int id, long microCents, int? minutes, DateTimeOffset now)
    {
        if (Find(key, id) is { } earlier)
        {
            return earlier.Repeat(microCents, minutes);
        }

        // A charge of 2 also spends the money of 1: the keys above have the smaller numbers.
        for (var payer = key; payer >= 1; payer--)
        {
            if (SpentOf(payer, now) + microCents > capsMicroCents[payer - 1] && microCents > Math.Max(0, capsMicroCents[payer - 1] - SpentOf(payer, now)))
            {
                return "budget_exhausted";
            }
        }

        _calls.Add((key, new NaiveCall(id, now, minutes, microCents)));
        return "allowed";
    }

    public SettleOutcome Settle(int key, int id, long microCents, DateTimeOffset now)
    {
        var more = 0L;
        var outcome = Find(key, id)?.Settle(microCents, now, out more) ?? SettleOutcome.UnknownHold;
        _overruns.Add((key, Day(now), more));
        return outcome;
    }

    public VoidResult Void(int key, int id, bool isHold, DateTimeOffset now) => Find(key, id)?.Void(isHold, now) ?? VoidResult.UnknownCharge;

    private static DateOnly Day(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);

    private NaiveCall? Find(int key, int id) => _calls.Find(one => one.Key == key && one.Call.Id == id).Call;
}
