using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Tests.Charging;

/// <summary>Keeps the rows, holds and ledger of keys, and runs the real state machine over them batch by batch.</summary>
internal sealed class ChainDriver
{
    private readonly List<KeyOperation> _batch = [];
    private readonly List<Action<OperationResult>> _checks = [];
    private readonly Dictionary<string, StoredKey> _rows;
    private readonly Dictionary<string, StoredExtraBudget> _budgets;
    private readonly Dictionary<(string Key, string Operation, string Budget), HoldSlice> _holds = [];
    private int _operations;

    public ChainDriver(IEnumerable<StoredKey> rows, params IEnumerable<StoredExtraBudget> budgets)
    {
        _rows = rows.ToDictionary(row => row.Id);
        _budgets = budgets.ToDictionary(IdOf);
    }

    /// <summary>Makes a chain of daily keys; the first is the root.</summary>
    /// <param name="capsCents">The cap of each.</param>
    /// <param name="carved">The key that is carved from the one above; 0 for none.</param>
    public ChainDriver(IReadOnlyList<long> capsCents, int carved = 0)
        : this(capsCents.Select((cap, i) => Rows.Key(id: $"{i + 1}") with
        {
            ParentId = i == 0 ? null : $"{i}",
            IsCarved = carved == i + 1,
            Budget = Rows.DailyBudget(cap),
        }))
    {
    }

    public DateTimeOffset Now { get; private set; } = Rows.Now;

    public List<LedgerEntry> Ledger { get; } = [];

    public IReadOnlyCollection<StoredKey> Keys => _rows.Values;

    public IReadOnlyDictionary<string, StoredExtraBudget> Budgets => _budgets;

    public void Spend(int key, int id, long microCents, int? minutes, Action<SpendingAnswer> check) => Add(
        new ChargeOperation(
            ChainOf(key), $"op{id}", new SecretCredential(Rows.Secret.Hash), new ChargeRequest("docs.read", Cost.FromMicroCents(microCents)), null)
        {
            MayRepeat = true,
            TimeToLive = minutes is { } time ? TimeSpan.FromMinutes(time) : null,
        },
        check);

    public void Settle(int key, int id, long microCents, Action<SettleResult> check) =>
        Add(new SettleOperation(ChainOf(key), $"settle{_operations++}", $"op{id}", microCents), check);

    public void Void(int key, int id, bool isHold, Action<object> check) =>
        Add(new VoidOperation(ChainOf(key), $"void{_operations++}", $"op{id}", isHold), check);

    public void Draw(int key, Action<DrawAnswer> check) => Add(new DrawOperation(ChainOf(key), $"draw{_operations++}"), check);

    public void Revoke(int key) => Add(new RevokeOperation(ChainOf(key), $"revoke{_operations++}", null), (object found) => Assert.Equal(true, found));

    public void Wait(int minutes)
    {
        Flush();
        Now = Now.AddMinutes(minutes);
    }

    public void Flush()
    {
        var operations = _batch.ToArray();
        var results = new OperationResult[operations.Length];
        var state = Load();
        var changes = ChargeMachine.Decide(state, operations, results);
        while (changes.NeedsExpiredOf.Count > 0)
        {
            var wanted = state.ExpiredOf.Concat(changes.NeedsExpiredOf).ToHashSet();
            state = state with { ExpiredOf = wanted, Expired = [.. _holds.Values.Where(slice => wanted.Contains(slice.Budget) && slice.ExpiresAt <= Now)] };
            changes = ChargeMachine.Decide(state, operations, results);
        }

        Save(changes);
        for (var i = 0; i < results.Length; i++)
        {
            Assert.Null(results[i].Fault);
            _checks[i](results[i]);
        }

        _batch.Clear();
        _checks.Clear();
    }

    private static KeyChain ChainOf(int key) => Rows.Chain([.. Enumerable.Range(0, key).Select(above => $"{key - above}")]);

    private void Add<T>(KeyOperation operation, Action<T> check)
    {
        _batch.Add(operation);
        _checks.Add(result => check((T)result.Answer!));
    }

    private BatchState Load() => Rows.State(Now, Ledger, [.. _rows.Values]) with { Holds = [.. _holds.Values], Budgets = [.. _budgets.Values] };

    private static string IdOf(StoredExtraBudget budget) => $"{budget.Owner}/{budget.Name}";

    private void Save(BatchChanges changes)
    {
        foreach (var change in changes.Keys)
        {
            var row = _rows[change.KeyId];
            _rows[change.KeyId] = row with
            {
                DrawnMicroCents = change.State?.DrawnMicroCents ?? row.DrawnMicroCents,
                Budget = row.Budget with
                {
                    UsedCents = change.UsedCents,
                    UsedMicroCents = change.UsedMicroCents,
                    ResetAt = change.PeriodEnd,
                    UsedUntil = change.PeriodEnd,
                    StartedAt = change.StartedAt ?? row.Budget.StartedAt,
                },
            };
        }

        foreach (var change in changes.Budgets)
        {
            var id = $"{change.Owner}/{change.Name}";
            _budgets[id] = _budgets[id] with
            {
                UsedMicroCents = change.UsedMicroCents,
                StartedAt = change.StartedAt,
                EndsAt = change.EndsAt,
                Window = change.Window,
            };
        }

        foreach (var slice in changes.HoldsClosed)
        {
            _holds.Remove((slice.KeyId, slice.OperationId, slice.Budget));
        }

        foreach (var slice in changes.HoldsTaken.Concat(changes.HoldsExtended))
        {
            _holds[(slice.KeyId, slice.OperationId, slice.Budget)] = slice;
        }

        Ledger.AddRange(changes.Entries);
    }
}
