using AgentKey.Charging;

namespace AgentKey.Tests.Charging;

/// <summary>
/// The specification of one key with several budgets as a person would do it on paper: every amount with its instant,
/// added up from scratch for each budget at each question. Shares no code with the state machine.
/// </summary>
internal sealed class NaiveBudgets(params IReadOnlyList<NaiveBudgets.Budget> budgets)
{
    private readonly List<NaiveCall> _calls = [];
    private readonly List<(DateTimeOffset At, long MicroCents)> _more = [];

    public long SpentOf(int budget, DateTimeOffset now) =>
        _calls.Where(call => budgets[budget].Counts(call.At, now) && call.Counts(now)).Sum(call => call.MicroCents)
        + _more.Where(more => budgets[budget].Counts(more.At, now)).Sum(more => more.MicroCents);

    public string Spend(int id, long microCents, int? minutes, DateTimeOffset now)
    {
        if (Find(id) is { } earlier)
        {
            return earlier.Repeat(microCents, minutes);
        }

        for (var i = 0; i < budgets.Count; i++)
        {
            // Nothing fits always, also after an overrun.
            if (microCents > 0 && SpentOf(i, now) + microCents > budgets[i].CapAt(now))
            {
                return "budget_exhausted";
            }
        }

        _calls.Add(new NaiveCall(id, now, minutes, microCents));
        return "allowed";
    }

    public SettleOutcome Settle(int id, long microCents, DateTimeOffset now)
    {
        var more = 0L;
        var outcome = Find(id)?.Settle(microCents, now, out more) ?? SettleOutcome.UnknownHold;
        _more.Add((now, more));
        return outcome;
    }

    public VoidResult Void(int id, bool isHold, DateTimeOffset now) => Find(id)?.Void(isHold, now) ?? VoidResult.UnknownCharge;

    private NaiveCall? Find(int id) => _calls.Find(call => call.Id == id);

    /// <summary>A cap, and which of the amounts that were spent earlier count against it now.</summary>
    internal sealed class Budget
    {
        private readonly long _cap;
        private readonly long _raise;
        private readonly DateTimeOffset _raisedUntil;
        private readonly Func<DateTimeOffset, DateTimeOffset, bool> _counts;

        /// <summary>A budget by the calendar: an amount counts in the period that it was spent in.</summary>
        public Budget(long cap, Func<DateTimeOffset, DateTime> periodOf, DateTimeOffset raisedUntil, long raise)
        {
            (_cap, _raise, _raisedUntil) = (cap, raise, raisedUntil);
            _counts = (at, now) => periodOf(at) == periodOf(now);
        }

        /// <summary>A rolling window: an amount counts until the sixtieth of the window that it was spent in has left it.</summary>
        public Budget(long cap, TimeSpan window)
        {
            _cap = cap;
            var slice = window / 60;
            _counts = (at, now) => at - TimeSpan.FromTicks(at.UtcTicks % slice.Ticks) + slice + window > now;
        }

        public bool Counts(DateTimeOffset at, DateTimeOffset now) => _counts(at, now);

        public long CapAt(DateTimeOffset now) => _cap + (now < _raisedUntil ? _raise : 0);
    }
}
