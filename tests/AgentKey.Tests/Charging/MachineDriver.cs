using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>Keeps one daily row and its ledger, and runs the real state machine over them batch by batch.</summary>
internal sealed class MachineDriver(long capCents)
{
    private readonly List<KeyOperation> _batch = [];
    private readonly List<Action<OperationResult>> _checks = [];
    private int _voids;

    public DateTimeOffset Now { get; private set; } = Rows.Now;

    public StoredKey Row { get; private set; } = Rows.Key() with
    {
        Budget = Rows.Budget(capCents) with
        {
            Period = "day",
            AnchorAt = new DateTimeOffset(Rows.Now.Date, TimeSpan.Zero),
            ResetAt = new DateTimeOffset(Rows.Now.Date.AddDays(1), TimeSpan.Zero),
            UsedUntil = new DateTimeOffset(Rows.Now.Date.AddDays(1), TimeSpan.Zero),
        },
    };

    public List<LedgerEntry> Ledger { get; } = [];

    public void Charge(int id, long microCents, Action<ChargeDecision> check)
    {
        var operation = Rows.Charge(0, $"op{id}");
        _batch.Add(operation with { Request = new ChargeRequest("docs.read", Cost.FromMicroCents(microCents)) });
        _checks.Add(result => check(result.Charged()));
    }

    public void Void(int id, Action<VoidResult> check)
    {
        _batch.Add(new VoidOperation(Rows.Chain("1"), $"void{_voids++}", $"op{id}", IsHold: false));
        _checks.Add(result => check((VoidResult)result.Answer!));
    }

    /// <summary>As trackUsage does: whole cents, guarded by the column alone. Leaves rolling to the other side.</summary>
    public bool TryExternal(int cents)
    {
        Flush();
        if (Row.Budget.ResetAt <= Now || Row.Budget.UsedCents + cents > Row.Budget.CapCents)
        {
            return false;
        }

        Row = Row with { Budget = Row.Budget with { UsedCents = Row.Budget.UsedCents + cents } };
        return true;
    }

    public void Wait(int minutes)
    {
        Flush();
        Now = Now.AddMinutes(minutes);
    }

    public void Flush()
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var (results, changes) = Rows.Decide(Rows.State(Now, Ledger, Row), _batch);
        foreach (var change in changes.Keys)
        {
            Row = Row with
            {
                Budget = Row.Budget with
                {
                    UsedCents = change.UsedCents,
                    UsedMicroCents = change.UsedMicroCents,
                    ResetAt = change.PeriodEnd,
                    UsedUntil = change.PeriodEnd,
                    StartedAt = change.StartedAt ?? Row.Budget.StartedAt,
                },
            };
        }

        Ledger.AddRange(changes.Entries);
        for (var i = 0; i < results.Length; i++)
        {
            _checks[i](results[i]);
        }

        _batch.Clear();
        _checks.Clear();
    }
}
