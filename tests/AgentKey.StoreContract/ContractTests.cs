using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

/// <summary>What every part of the contract starts from: a migrated database, and keys on it.</summary>
public abstract class ContractTests<TStore> : IAsyncLifetime
    where TStore : StoreUnderTest, new()
{
    protected static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    private AgentKeys[] _instances = [];
    private int _turn;

    protected TStore Store { get; } = new();

    /// <summary>The library's settings.</summary>
    protected virtual AgentKeysOptions Options => new() { StoreTimeout = TimeSpan.FromMinutes(1) };

    /// <summary>The library; with several instances, the next one at each use.</summary>
    protected AgentKeys Keys => _instances[(uint)Interlocked.Increment(ref _turn) % (uint)_instances.Length];

    public async ValueTask InitializeAsync()
    {
        await Store.CreateAsync();
        _instances = [.. Enumerable.Range(0, Store.Instances).Select(_ => new AgentKeys(Store.Open(), Options))];
        await Keys.MigrateAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        await Store.DisposeAsync();
    }

    protected static NewKey NewKey(string dollars = "3.00", BudgetPeriod? period = null, string account = "acme") => new()
    {
        AccountId = account,
        Scopes = ScopeSet.Of("docs.*"),
        Budget = new Budget(Cost.ParseDollars(dollars), period ?? BudgetPeriod.Once),
    };

    protected async Task<(Caller Caller, string Id)> MintAsync(NewKey? key = null)
    {
        var created = await Keys.CreateAsync(key ?? NewKey());
        return (Keys.Identify(created.Secret.Reveal()), created.Key.Id);
    }

    protected async Task<List<LedgerEntry>> LedgerAsync(string keyId)
    {
        var entries = new List<LedgerEntry>();
        await foreach (var entry in Keys.ReadLedgerAsync(keyId))
        {
            entries.Add(entry);
        }

        return entries;
    }

    /// <summary>Every budget follows from the ledger, and the key's whole-cent column from its exact amount.</summary>
    protected async Task AssertAddsUpAsync(string keyId)
    {
        Assert.Empty(await Keys.VerifyAsync());
        var key = (await Keys.FindAsync(keyId))!;
        Assert.Equal(decimal.Ceiling(key.Spent.Cents), await Store.ReadUsedCentsAsync(keyId));
    }
}
