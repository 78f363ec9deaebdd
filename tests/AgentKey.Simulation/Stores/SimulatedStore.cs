using System.Runtime.CompilerServices;
using AgentKey.Budgets;
using AgentKey.Simulation.Scheduling;
using AgentKey.Storage;

namespace AgentKey.Simulation.Stores;

/// <summary>The store as one process sees it: requests travel, wait for locks, may fail at every point, and answers may be lost.</summary>
internal sealed class SimulatedStore(Database database, EventLoop loop, SimulatedHost host, int lanes) : IKeyStore
{
    private readonly Connection _connection = new(database, loop, host);

    public int Lanes => lanes;

    public IEventOutbox Events => throw new NotSupportedException("The simulation delivers no events.");

    public Task MigrateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => AskAsync("time", (_, now) => now, cancellationToken);

    public Task<string?> InsertAsync(KeyInsert key, CancellationToken cancellationToken) =>
        ChangeAsync("insert", [], (tables, now) => KeyTables.Insert(tables, key, now), cancellationToken);

    public Task<KeyChain?> FindChainAsync(KeyLookup lookup, CancellationToken cancellationToken) =>
        AskAsync("chain", (tables, _) => KeyTables.FindChain(tables, lookup), cancellationToken);

    public Task<IReadOnlyList<string>> FindDescendantsAsync(string keyId, CancellationToken cancellationToken) =>
        AskAsync("descendants", (tables, _) => KeyTables.FindDescendants(tables, keyId), cancellationToken);

    public Task<IReadOnlyList<StoredKeyDetails>> FindAllAsync(IReadOnlyCollection<string> keyIds, CancellationToken cancellationToken) =>
        AskAsync("find", (tables, now) => KeyTables.FindAll(tables, keyIds, now), cancellationToken);

    public Task<IReadOnlyList<StoredKeyDetails>> ListAsync(KeyQuery query, CancellationToken cancellationToken) =>
        AskAsync("list", (tables, now) => KeyTables.List(tables, query, now), cancellationToken);

    public Task<bool> RotateAsync(KeyRotation rotation, CancellationToken cancellationToken) => ChangeAsync(
        "rotate", [BudgetOwner.OfKey(rotation.KeyId)], (tables, now) => KeyTables.Rotate(tables, rotation, now, database.KeepsSecrets), cancellationToken);

    public Task<IReadOnlyList<StoredExtraBudget>> ListBudgetsAsync(string owner, CancellationToken cancellationToken) => AskAsync<IReadOnlyList<StoredExtraBudget>>(
        "budgets", (tables, _) => [.. tables.Budgets.Values.Where(budget => budget.Owner == owner)], cancellationToken);

    public Task SaveBudgetAsync(StoredExtraBudget budget, CancellationToken cancellationToken) => _connection.ExecuteAsync(
        "set budget",
        [],
        (tables, now) =>
        {
            BudgetTables.Save(tables, budget, now);
            return true;
        },
        cancellationToken,
        locksBudgets: true);

    public Task<bool> RemoveBudgetAsync(string owner, string name, CancellationToken cancellationToken) =>
        ChangeAsync("remove budget", [BudgetRow(owner, name)], (tables, now) => BudgetTables.Remove(tables, owner, name, now), cancellationToken);

    public Task<bool> RaiseAsync(BudgetRaise raise, CancellationToken cancellationToken) => ChangeAsync(
        "raise", [raise.Name is { } name ? BudgetRow(raise.Owner, name) : raise.Owner], (tables, now) => KeyTables.Raise(tables, raise, now), cancellationToken);

    public async IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(LedgerQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var entry in await AskAsync("ledger", (tables, _) => tables.Ledger.Where(entry => entry.KeyId == query.KeyId).ToArray(), cancellationToken))
        {
            yield return entry;
        }
    }

    public Task<IReadOnlyList<LedgerEntry>> ReadLedgerPageAsync(LedgerPageQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No part of the library decides by pages of the ledger.");

    public Task<IReadOnlyList<SpendingRow>> ReadSpendingAsync(SpendingQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No part of the library decides by spending.");

    public Task<IReadOnlyList<UsageRow>> ReadUsageAsync(UsageQuery query, CancellationToken cancellationToken) =>
        throw new NotSupportedException("No part of the library decides by usage.");

    public Task<IReadOnlyList<LedgerDiscrepancy>> VerifyAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("The simulation has an audit of its own.");

    public Task<long> PruneLedgerAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The audit needs the whole ledger.");

    public Task RunBatchAsync(BatchRequest request, Func<BatchState, BatchChanges> decide, CancellationToken cancellationToken) =>
        _connection.RunBatchAsync(request, decide, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal static string BudgetRow(string owner, string name) => $"{owner}/{name}";

    private Task<T> AskAsync<T>(string what, Func<Tables, DateTimeOffset, T> read, CancellationToken cancellationToken) =>
        ChangeAsync(what, [], read, cancellationToken);

    private Task<T> ChangeAsync<T>(string what, string[] rows, Func<Tables, DateTimeOffset, T> change, CancellationToken cancellationToken) =>
        _connection.ExecuteAsync(what, rows, change, cancellationToken);
}
