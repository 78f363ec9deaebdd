using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>A folder with an embedded store of its own, and a second front door to it for the test.</summary>
internal sealed class KeyFolder : IAsyncDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("agentkey-mcp-").FullName;

    private KeyFolder() => Keys = new AgentKeys(OpenStore());

    public AgentKeys Keys { get; }

    public string File => Path.Combine(_path, "keys.db");

    private string Away => _path + ".away";

    public static async Task<KeyFolder> CreateAsync()
    {
        var folder = new KeyFolder();
        await folder.Keys.MigrateAsync(TestContext.Current.CancellationToken);
        return folder;
    }

    public SqliteKeyStore OpenStore() => SqliteKeyStore.Open(File);

    public Task<CreatedKey> MintAsync(decimal cents, params string[] scopes) => Keys.CreateAsync(
        new NewKey { AccountId = "acme", Scopes = ScopeSet.Of(scopes), Budget = new Budget(Cost.FromCents(cents), BudgetPeriod.Once) },
        TestContext.Current.CancellationToken);

    public async Task<Cost> SpentAsync(CreatedKey created) =>
        (await Keys.FindAsync(created.Key.Id, TestContext.Current.CancellationToken))!.Spent;

    public Task<List<LedgerEntry>> LedgerAsync(CreatedKey created) =>
        Keys.ReadLedgerAsync(created.Key.Id).ToListAsync(TestContext.Current.CancellationToken).AsTask();

    public void TakeAway()
    {
        Directory.Move(_path, Away);
        // Pooled connections still hold the moved file.
        SqliteConnection.ClearAllPools();
    }

    public void BringBack() => Directory.Move(Away, _path);

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync();
        foreach (var folder in new[] { _path, Away }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
