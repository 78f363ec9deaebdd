using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Benchmarks;

/// <summary>This library, with its ledger, on one of its stores: charges, or holds that are settled; keys alone, or below two others.</summary>
internal sealed class LibraryTarget(string name, AgentKeys keys, IReadOnlyList<CreatedKey> created, bool isHeld) : ITarget
{
    private static readonly ChargeRequest Request = new("bench.call", Cost.FromCents(1)) { Tool = "bench" };

    private static readonly ChargeRequest Most = new("bench.call", Cost.FromCents(2)) { Tool = "bench" };

    private readonly Caller[] _callers = [.. created.Select(key => keys.Identify(key.Secret.Reveal()))];

    public string Name { get; } = name;

    /// <summary>Makes the keys on a new store.</summary>
    /// <param name="name">What the report calls it.</param>
    /// <param name="store">The store.</param>
    /// <param name="keyCount">How many keys are charged.</param>
    /// <param name="keysAbove">How many shared keys stand above each of them.</param>
    /// <param name="isHeld">Whether each charge is a hold of 2 cents that is settled at 1.</param>
    public static async Task<LibraryTarget> CreateAsync(string name, IKeyStore store, int keyCount, int keysAbove = 0, bool isHeld = false)
    {
        var keys = new AgentKeys(store, new AgentKeysOptions { StoreTimeout = TimeSpan.FromMinutes(1) });
        await keys.MigrateAsync();
        var key = new NewKey
        {
            AccountId = "bench",
            Scopes = ScopeSet.Of("bench.*"),
            Budget = new Budget(Cost.FromDollars(10_000_000), BudgetPeriod.Month),
        };
        for (var i = 0; i < keysAbove; i++)
        {
            key = key with { ParentId = (await keys.CreateAsync(key)).Key.Id };
        }

        var created = new CreatedKey[keyCount];
        for (var i = 0; i < keyCount; i++)
        {
            created[i] = await keys.CreateAsync(key);
        }

        return new LibraryTarget(name, keys, created, isHeld);
    }

    public async Task<bool> ChargeAsync(int key)
    {
        if (!isHeld)
        {
            return (await keys.ChargeAsync(_callers[key], Request)).IsAllowed;
        }

        var hold = await keys.HoldAsync(_callers[key], Most, TimeSpan.FromMinutes(10));
        return hold.IsAllowed && (await keys.SettleAsync(hold.Receipt, Request.Cost)).IsSettled;
    }

    public async Task<long> ReadSpentCentsAsync()
    {
        var sum = 0L;
        foreach (var key in created)
        {
            sum += (await keys.FindAsync(key.Key.Id))!.Spent.MicroCents / Cost.MicroCentsPerCent;
        }

        return sum;
    }

    public ValueTask DisposeAsync() => keys.DisposeAsync();
}
