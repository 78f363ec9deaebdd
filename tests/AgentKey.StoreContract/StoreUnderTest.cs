using AgentKey.Storage;

namespace AgentKey.StoreContract;

/// <summary>A fresh database of one kind, and what the contract does to it behind the library's back.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    /// <summary>How many instances of the library work on the database; the tests' calls go round them.</summary>
    public virtual int Instances => 1;

    /// <summary>The database as <c>AGENTKEY_STORE</c> names it.</summary>
    public abstract string Address { get; }

    /// <summary>Makes the database, without tables.</summary>
    public abstract Task CreateAsync();

    /// <summary>A new instance of the store on the database.</summary>
    public abstract IKeyStore Open();

    /// <summary>Sets <c>expires_at</c> to the store's time plus an offset.</summary>
    public abstract Task SetExpiryAsync(string keyId, TimeSpan fromNow);

    /// <summary>Sets <c>budget_reset_at</c> and the tag beside it to the store's time plus an offset: time passes.</summary>
    public abstract Task SetResetAsync(string keyId, TimeSpan fromNow);

    /// <summary>Another program adds whole cents to <c>budget_used_cents</c>, as the TypeScript library does.</summary>
    public abstract Task ChargeForeignAsync(string keyId, int cents);

    /// <summary>The whole-cent column of a row, as another program reads it.</summary>
    public abstract Task<long> ReadUsedCentsAsync(string keyId);

    public abstract ValueTask DisposeAsync();
}
