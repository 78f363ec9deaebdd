using AgentKey.Storage;

namespace AgentKey.StoreContract;

/// <summary>A fresh database of one kind, and what the contract does to it behind the library's back.</summary>
public abstract class StoreUnderTest : IAsyncDisposable
{
    /// <summary>How many instances of the library work on the database; the tests' calls go round them.</summary>
    public virtual int Instances => 1;

    /// <summary>The database as <c>AGENTKEY_STORE</c> names it.</summary>
    public abstract string Address { get; }

    /// <summary>What a process needs in its environment, beside the address, to open the store.</summary>
    public virtual IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>();

    /// <summary>An id of the store's form that no key has.</summary>
    public virtual string UnknownId => "999999";

    /// <summary>The same id, written as the store would not write it but reads it.</summary>
    public virtual string Respell(string keyId) => "00" + keyId;

    /// <summary>Makes the database, without tables of the library.</summary>
    public abstract Task CreateAsync();

    /// <summary>A new instance of the store on the database.</summary>
    public abstract IKeyStore Open();

    /// <summary>Runs a statement behind the library's back. It uses the default names of tables and columns, and quotes ids.</summary>
    /// <returns>The first value, when it is a number.</returns>
    public abstract Task<long> ExecuteAsync(string sql);

    /// <summary>The store's time plus an offset, as SQL.</summary>
    public abstract string Instant(TimeSpan fromNow);

    /// <summary>An instant later, or earlier, than any that is understood, as SQL.</summary>
    public abstract string OddInstant(bool isLate);

    /// <summary>Values of the column of scopes that are no list of scopes.</summary>
    public abstract IReadOnlyList<string> OddScopes { get; }

    /// <summary>Sets <c>expires_at</c> to the store's time plus an offset.</summary>
    public Task SetExpiryAsync(string keyId, TimeSpan fromNow) =>
        ExecuteAsync($"UPDATE sdk_api_keys SET expires_at = {Instant(fromNow)} WHERE id = '{keyId}'");

    /// <summary>Ends the current period of a key at the store's time plus an offset: time passes.</summary>
    public Task SetResetAsync(string keyId, TimeSpan fromNow) => ExecuteAsync(
        $"""
        UPDATE sdk_api_keys SET budget_used_until = {Instant(fromNow)}, budget_reset_at = CASE WHEN budget_calendar IS NULL THEN {Instant(fromNow)} END
        WHERE id = '{keyId}'
        """);

    /// <summary>Ends the current period of a further budget.</summary>
    public Task SetBudgetEndAsync(string name, TimeSpan fromNow) =>
        ExecuteAsync($"UPDATE sdk_api_keys_budgets SET ends_at = {Instant(fromNow)} WHERE name = '{name}'");

    /// <summary>Lets every open hold expire at the store's time plus an offset.</summary>
    public Task SetHoldExpiryAsync(TimeSpan fromNow) => ExecuteAsync($"UPDATE sdk_api_keys_holds SET expires_at = {Instant(fromNow)}");

    /// <summary>Another program adds whole cents to <c>budget_used_cents</c>, as the TypeScript library does.</summary>
    public Task ChargeForeignAsync(string keyId, int cents) =>
        ExecuteAsync($"UPDATE sdk_api_keys SET budget_used_cents = budget_used_cents + {cents} WHERE id = '{keyId}'");

    /// <summary>The whole-cent column of a row, as another program reads it.</summary>
    public Task<long> ReadUsedCentsAsync(string keyId) => ExecuteAsync($"SELECT budget_used_cents FROM sdk_api_keys WHERE id = '{keyId}'");

    public abstract ValueTask DisposeAsync();
}
