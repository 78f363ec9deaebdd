using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Tests.Charging;

/// <summary>
/// The specification as a person would do it on paper: remember every fact for ever and add up today's from scratch at
/// each question. Shares no code with the state machine.
/// </summary>
internal sealed class NaiveLedger(long capMicroCents)
{
    private readonly List<Fact> _facts = [];

    public long SpentOn(DateTimeOffset now) =>
        _facts.Where(fact => fact.At.UtcDateTime.Date == now.UtcDateTime.Date && !fact.IsVoided).Sum(fact => fact.MicroCents);

    public string Charge(int id, long microCents, DateTimeOffset now)
    {
        if (_facts.Find(fact => fact.Id == id) is { } earlier)
        {
            return earlier.MicroCents != microCents ? "idempotency_mismatch" : earlier.IsVoided ? "duplicate_call" : "replayed";
        }

        if (SpentOn(now) + microCents > capMicroCents)
        {
            return "budget_exhausted";
        }

        _facts.Add(new Fact(id, microCents, now));
        return "charged";
    }

    public VoidResult Void(int id)
    {
        if (_facts.Find(fact => fact.Id == id) is not { } charge)
        {
            return VoidResult.UnknownCharge;
        }

        if (charge.IsVoided)
        {
            return VoidResult.AlreadyVoided;
        }

        charge.IsVoided = true;
        return VoidResult.Voided;
    }

    public void External(int cents, DateTimeOffset now) => _facts.Add(new Fact(null, cents * Cost.MicroCentsPerCent, now));

    private sealed record Fact(int? Id, long MicroCents, DateTimeOffset At)
    {
        public bool IsVoided { get; set; }
    }
}
