using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Benchmarks;

/// <summary>This library, with its ledger, on one of its stores.</summary>
internal sealed class LibraryTarget(string name, AgentKeys keys, IReadOnlyList<CreatedKey> created) : ITarget
{
    private static readonly ChargeRequest Request = new("bench.call", Cost.FromCents(1)) { Tool = "bench" };

    private readonly Caller[] _callers = [.. created.Select(key => keys.Identify(key.Secret.Reveal()))];

    public string Name { get; } = name;

    public static async Task<LibraryTarget> CreateAsync(string name, IKeyStore store, int keyCount)
    {
        var keys = new AgentKeys(store, new AgentKeysOptions { StoreTimeout = TimeSpan.FromMinutes(1) });
        await keys.MigrateAsync();
        var created = new CreatedKey[keyCount];
        for (var i = 0; i < keyCount; i++)
        {
            created[i] = await keys.CreateAsync(new NewKey
            {
                AccountId = "bench",
                Scopes = ScopeSet.Of("bench.*"),
                Budget = new Budget(Cost.FromDollars(10_000_000), BudgetPeriod.Month),
            });
        }

        return new LibraryTarget(name, keys, created);
    }

    public async Task<bool> ChargeAsync(int key) => (await keys.ChargeAsync(_callers[key], Request)).IsAllowed;

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
