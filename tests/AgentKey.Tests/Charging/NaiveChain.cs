using AgentKey.Charging;

namespace AgentKey.Tests.Charging;

/// <summary>
/// The specification of shared chains and holds as a person would do it on paper: every amount with the day it counts
/// on, added up from scratch at each question. Shares no code with the state machine.
/// </summary>
internal sealed class NaiveChain(IReadOnlyList<long> capsMicroCents)
{
    private readonly List<Call> _calls = [];
    private readonly List<(int Key, DateOnly Day, long MicroCents)> _overruns = [];

    public long SpentOf(int key, DateTimeOffset now) =>
        _calls.Where(call => call.Key >= key && call.Day == Day(now) && Counts(call, now)).Sum(call => call.MicroCents)
        + _overruns.Where(overrun => overrun.Key >= key && overrun.Day == Day(now)).Sum(overrun => overrun.MicroCents);

    public string Spend(int key, int id, long microCents, int? minutes, DateTimeOffset now)
    {
        if (Find(key, id) is { } earlier)
        {
            return earlier.Asked == microCents && earlier.Minutes == minutes ? "replayed" : "idempotency_mismatch";
        }

        // A charge of 2 also spends the money of 1: the keys above have the smaller numbers.
        for (var payer = key; payer >= 1; payer--)
        {
            if (SpentOf(payer, now) + microCents > capsMicroCents[payer - 1] && microCents > Math.Max(0, capsMicroCents[payer - 1] - SpentOf(payer, now)))
            {
                return "budget_exhausted";
            }
        }

        _calls.Add(new Call(key, id, Day(now), minutes, now.AddMinutes(minutes ?? 0), microCents) { MicroCents = microCents });
        return "allowed";
    }

    public SettleOutcome Settle(int key, int id, long microCents, DateTimeOffset now)
    {
        if (Find(key, id) is not { Minutes: not null } hold)
        {
            return SettleOutcome.UnknownHold;
        }

        if (hold.End is { } end)
        {
            return end == "settled" ? SettleOutcome.AlreadySettled : SettleOutcome.AlreadyVoided;
        }

        hold.End = "settled";
        if (now >= hold.ExpiresAt)
        {
            hold.MicroCents = 0;
            _overruns.Add((key, Day(now), microCents));
            return SettleOutcome.SettledLate;
        }

        _overruns.Add((key, Day(now), Math.Max(0, microCents - hold.MicroCents)));
        hold.MicroCents = Math.Min(microCents, hold.MicroCents);
        return SettleOutcome.Settled;
    }

    public VoidResult Void(int key, int id, DateTimeOffset now)
    {
        if (Find(key, id) is not { } call)
        {
            return VoidResult.UnknownCharge;
        }

        if (call.End is { } end)
        {
            return end == "settled" ? VoidResult.AlreadySettled : VoidResult.AlreadyVoided;
        }

        if (call.Minutes is not null && now >= call.ExpiresAt)
        {
            return VoidResult.Expired;
        }

        call.End = "voided";
        call.MicroCents = 0;
        return VoidResult.Voided;
    }

    private static DateOnly Day(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime);

    private static bool Counts(Call call, DateTimeOffset now) => call.Minutes is null || call.End is not null || now < call.ExpiresAt;

    private Call? Find(int key, int id) => _calls.Find(call => call.Key == key && call.Id == id);

    private sealed record Call(int Key, int Id, DateOnly Day, int? Minutes, DateTimeOffset ExpiresAt, long Asked)
    {
        public long MicroCents { get; set; }

        public string? End { get; set; }
    }
}
