using System.Globalization;
using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Events;

/// <summary>
/// What a batch has to tell. An event's id says what it is about, so that the store can tell it once: a threshold once
/// a period and cap, an overrun once an operation, refusals once an hour.
/// </summary>
internal sealed class BatchEvents(EventRules? rules, DateTimeOffset now)
{
    private readonly Dictionary<string, StoredEvent> _events = new(StringComparer.Ordinal);

    public IReadOnlyList<StoredEvent> Raised => [.. _events.Values];

    /// <summary>A key that exists was refused.</summary>
    public void Refused(LockedKey key, string code)
    {
        if (rules is not { Refusals: > 0 and var due })
        {
            return;
        }

        var id = string.Create(CultureInfo.InvariantCulture, $"{EventTypes.KeyRefused}/{key.Id}/{now.UtcDateTime:yyyy-MM-dd'T'HH}");
        if (_events.TryGetValue(id, out var known))
        {
            _events[id] = known with { Count = known.Count + 1 };
            return;
        }

        var data = new EventData { KeyId = key.Id, AccountId = key.Stored.AccountId, Code = code };
        Raise(id, EventTypes.KeyRefused, data, due);
    }

    /// <summary>A settlement was above its hold.</summary>
    public void Overran(LockedKey key, LedgerEntry hold, long actual)
    {
        if (rules is not { Overruns: true } || actual <= hold.AmountMicroCents)
        {
            return;
        }

        Raise($"{EventTypes.BudgetOverrun}/{key.Id}/{hold.OperationId}", EventTypes.BudgetOverrun, new EventData
        {
            KeyId = key.Id,
            AccountId = key.Stored.AccountId,
            OperationId = hold.OperationId,
            Tool = hold.Tool,
            HeldCents = Cost.FromMicroCents(hold.AmountMicroCents).Cents,
            ActualCents = Cost.FromMicroCents(actual).Cents,
        });
    }

    /// <summary>Compares what a budget had used of its cap before the batch with what it has used of it afterwards.</summary>
    public void Compare(BudgetState budget, string? accountId)
    {
        if (rules is null || budget.Cap is not (> 0 and var cap))
        {
            return;
        }

        foreach (var percent in rules.Thresholds)
        {
            if (!(budget.CapBefore is > 0 and var before && Reaches(budget.UsedBefore, before, percent)) && Reaches(budget.Used, cap, percent))
            {
                Cross(budget, accountId, cap, percent);
            }
        }
    }

    // Int128: a cap times a hundred may be more than a long can hold.
    private static bool Reaches(long used, long cap, int percent) => (Int128)used * 100 >= (Int128)cap * percent;

    private void Cross(BudgetState budget, string? accountId, long cap, int percent)
    {
        // A rolling window has no period that ends; each time that it fills up is told.
        var period = budget.Window is not null ? now : budget.ResetsAt;
        var id = string.Create(
            CultureInfo.InvariantCulture, $"{EventTypes.BudgetThreshold}/{budget.Id}/{period?.ToUnixTimeMilliseconds() ?? 0}/{cap}/{percent}");
        Raise(id, EventTypes.BudgetThreshold, new EventData
        {
            KeyId = budget.KeyId.Length == 0 ? null : budget.KeyId,
            AccountId = accountId,
            Budget = budget.Id,
            Percent = percent,
            CapCents = Cost.FromMicroCents(cap).Cents,
            UsedCents = Cost.FromMicroCents(budget.Used).Cents,
            ResetsAt = budget.ResetsAt?.UtcDateTime,
        });
    }

    private void Raise(string id, string type, EventData data, int due = 1) =>
        _events[id] = new StoredEvent(id, type, now, data.ToJson(), Count: 1, due);
}
