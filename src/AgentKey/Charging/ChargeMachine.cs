using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>
/// The rules of money, written once: locked rows, operations in arrival order and the store's time go in; answers,
/// changed rows and ledger entries come out. No I/O, no clock, no randomness.
/// </summary>
internal sealed class ChargeMachine
{
    private readonly BatchState _state;
    private readonly Dictionary<string, LockedKey> _keys;
    private readonly Dictionary<OperationRef, LedgerEntry> _entries = [];
    private readonly Dictionary<OperationRef, LedgerEntry> _voids = [];
    private readonly List<LedgerEntry> _appended = [];

    private ChargeMachine(BatchState state)
    {
        _state = state;
        _keys = state.Keys.ToDictionary(key => key.Id, key => new LockedKey(key), StringComparer.Ordinal);
        foreach (var entry in state.Entries)
        {
            Remember(entry);
        }
    }

    /// <summary>Decides a batch.</summary>
    /// <param name="state">What the store locked and loaded.</param>
    /// <param name="operations">The operations, in the order in which they arrived.</param>
    /// <param name="results">Receives one result for each operation, at the same index.</param>
    public static BatchChanges Decide(BatchState state, IReadOnlyList<KeyOperation> operations, OperationResult[] results)
    {
        var machine = new ChargeMachine(state);
        for (var i = 0; i < operations.Count; i++)
        {
            results[i] = machine.DecideOne(operations[i]);
        }

        var changes = machine._keys.Values.Where(key => key.IsChanged).Select(key => key.Close());
        return new BatchChanges([.. changes], machine._appended);
    }

    private OperationResult DecideOne(KeyOperation operation)
    {
        try
        {
            return operation switch
            {
                ChargeOperation charge => Charge(charge),
                VoidOperation @void => Void(@void),
                _ => throw new NotSupportedException(operation.GetType().Name),
            };
        }
        catch (Exception fault) when (fault is OverflowException or InvalidFieldException)
        {
            // A row that makes no sense fails its own operations, not the batch that they happen to be in.
            return fault;
        }
    }

    private ChargeDecision Charge(ChargeOperation operation)
    {
        var cost = operation.Request.Cost;
        if (FindFault(operation) is { } fault)
        {
            return ChargeDecision.Deny(new Denial { Reason = DenialCode.InvalidKey, Cost = cost, Fault = fault });
        }

        var key = _keys[operation.KeyId];
        if (_entries.TryGetValue(new(operation.KeyId, operation.OperationId), out var earlier))
        {
            return Replay(operation, earlier);
        }

        if (!key.Stored.Scopes.Allows(operation.Request.Scope))
        {
            return ChargeDecision.Deny(new Denial
            {
                Reason = DenialCode.InsufficientScope,
                Cost = cost,
                RequiredScope = operation.Request.Scope,
            });
        }

        var budget = Open(key);
        if (!budget.TrySpend(cost.MicroCents))
        {
            return ChargeDecision.Deny(new Denial
            {
                Reason = DenialCode.BudgetExhausted,
                Cost = cost,
                Remaining = Cost.FromMicroCents(budget.Available),
                RefusedBy = $"key:{operation.KeyId}",
                ResetsAt = budget.ResetsAt,
            });
        }

        key.Used(_state.Now);
        Append(Entry(operation, budget, LedgerEntryKind.Charge, cost.MicroCents) with
        {
            Scope = operation.Request.Scope,
            Tool = operation.Request.Tool,
            TraceId = operation.Request.TraceId,
            OnBehalfOf = operation.OnBehalfOf,
        });
        return ChargeDecision.Allow(new ChargeReceipt(operation.KeyId, operation.OperationId, cost), budget.Remaining);
    }

    private KeyFault? FindFault(ChargeOperation operation)
    {
        if (!_keys.TryGetValue(operation.KeyId, out var key) || !operation.Secret.Matches(key.Stored.KeyHash))
        {
            return KeyFault.Unknown;
        }

        return key.Stored.FaultAt(_state.Now);
    }

    private static ChargeDecision Replay(ChargeOperation operation, LedgerEntry earlier)
    {
        var request = operation.Request;
        var isSame = earlier.Kind == LedgerEntryKind.Charge
            && earlier.AmountMicroCents == request.Cost.MicroCents
            && earlier.Scope == request.Scope
            && earlier.Tool == request.Tool;
        return isSame
            ? ChargeDecision.Allow(
                new ChargeReceipt(operation.KeyId, operation.OperationId, request.Cost),
                earlier.RemainingMicroCents is { } left ? Cost.FromMicroCents(left) : null,
                isReplay: true)
            : ChargeDecision.Deny(new Denial { Reason = DenialCode.IdempotencyMismatch, Cost = request.Cost });
    }

    private VoidResult Void(VoidOperation operation)
    {
        var charge = new OperationRef(operation.KeyId, operation.ChargeId);
        if (!_keys.TryGetValue(operation.KeyId, out var key)
            || !_entries.TryGetValue(charge, out var entry)
            || entry.Kind != LedgerEntryKind.Charge)
        {
            return VoidResult.UnknownCharge;
        }

        if (_voids.TryGetValue(charge, out var earlier))
        {
            return earlier.OperationId == operation.OperationId ? VoidResult.Voided : VoidResult.AlreadyVoided;
        }

        var budget = Open(key);
        budget.Return(entry.AmountMicroCents, entry.PeriodEnd);
        key.Touch();
        Append(Entry(operation, budget, LedgerEntryKind.Void, -entry.AmountMicroCents) with
        {
            PeriodEnd = entry.PeriodEnd,
            RefersTo = operation.ChargeId,
            Scope = entry.Scope,
            Tool = entry.Tool,
            TraceId = entry.TraceId,
            OnBehalfOf = entry.OnBehalfOf,
        });
        return VoidResult.Voided;
    }

    /// <summary>Opens a key's money at its first use in the batch, and books what happened to it since it was last closed.</summary>
    private BudgetState Open(LockedKey key)
    {
        if (key.Budget is { } open)
        {
            return open;
        }

        var budget = BudgetState.Open(key.Stored.Budget, _state.LargestUsedCents);
        if (budget.ClosedByOthers != 0)
        {
            Book(key, budget, LedgerEntryKind.Reset, -budget.ClosedByOthers, key.Stored.Budget.UsedUntil);
        }

        if (budget.External != 0)
        {
            Book(key, budget, LedgerEntryKind.External, budget.External, budget.ResetsAt);
        }

        var end = budget.ResetsAt;
        if (budget.Roll(_state.Now) is { } closed)
        {
            Book(key, budget, LedgerEntryKind.Reset, -closed, end);
        }

        key.Budget = budget;
        return budget;
    }

    private void Book(LockedKey key, BudgetState budget, LedgerEntryKind kind, long amount, DateTimeOffset? periodEnd)
    {
        key.Touch();
        Append(new LedgerEntry
        {
            At = _state.Now,
            KeyId = key.Stored.Id,
            OperationId = null,
            Kind = kind,
            AmountMicroCents = amount,
            PeriodEnd = periodEnd,
            RemainingMicroCents = budget.Remaining?.MicroCents,
        });
    }

    private LedgerEntry Entry(KeyOperation operation, BudgetState budget, LedgerEntryKind kind, long amount) => new()
    {
        At = _state.Now,
        KeyId = operation.KeyId,
        OperationId = operation.OperationId,
        Kind = kind,
        AmountMicroCents = amount,
        PeriodEnd = budget.ResetsAt,
        RemainingMicroCents = budget.Remaining?.MicroCents,
    };

    private void Append(LedgerEntry entry)
    {
        _appended.Add(entry);
        Remember(entry);
    }

    private void Remember(LedgerEntry entry)
    {
        if (entry.OperationId is { } id)
        {
            _entries[new(entry.KeyId, id)] = entry;
        }

        if (entry is { Kind: LedgerEntryKind.Void, RefersTo: { } charge })
        {
            _voids[new(entry.KeyId, charge)] = entry;
        }
    }
}
