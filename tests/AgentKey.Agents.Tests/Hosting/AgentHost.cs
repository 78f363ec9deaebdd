using AgentKey.Agents.Tests.Tools;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using AgentKey.Storage;
using Microsoft.Data.Sqlite;

namespace AgentKey.Agents.Tests.Hosting;

/// <summary>A real embedded store in a folder of its own, and guarded tools on top of it.</summary>
internal sealed class AgentHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentkey-agents-");

    private AgentHost(TimeProvider? clock)
    {
        Keys = Open(StorePath);
        Guard = new ToolGuard(Keys, Log, clock);
        Tools = new GuardedWorkTools(new WorkTools(Work), Guard);
    }

    public AgentKeys Keys { get; }

    public ToolGuard Guard { get; }

    public RecordingLogger<ToolGuard> Log { get; } = new();

    public Work Work { get; } = new();

    public GuardedWorkTools Tools { get; }

    public string StorePath => Path.Combine(_folder.FullName, "keys.db");

    public static async Task<AgentHost> StartAsync(TimeProvider? clock = null)
    {
        var host = new AgentHost(clock);
        await host.Keys.MigrateAsync(TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>A front door that gives up quickly.</summary>
    public static AgentKeys Open(string path) =>
        new(SqliteKeyStore.Open(path, new SqliteKeyStoreOptions { BusyTimeout = TimeSpan.FromSeconds(1) }));

    public Task<CreatedKey> CreateKeyAsync(long cents, string scope = "work.*") => Keys.CreateAsync(
        new NewKey { AccountId = "acme", Scopes = ScopeSet.Of(scope), Budget = new Budget(Cost.FromCents(cents), BudgetPeriod.Once) },
        TestContext.Current.CancellationToken);

    public Caller CallerOf(CreatedKey key) => Keys.Identify(key.Secret.Reveal());

    /// <summary>Calls the tool that costs 15 cents.</summary>
    public Task<string> CallAsync() => CallUntilAsync(TestContext.Current.CancellationToken);

    public Task<string> CallUntilAsync(CancellationToken cancellationToken) => Tools.RunAsync("go", cancellationToken: cancellationToken);

    /// <summary>Runs a tool that exists only as a delegate: the meantime first, then the body.</summary>
    public async Task RunAsync(
        CreatedKey key, ToolPolicy policy, Action body, ToolCall? call = null, Func<Task>? meanwhile = null, CancellationToken cancellationToken = default)
    {
        using var binding = CallerScope.Bind(CallerOf(key), call);
        var result = await Guard.RunAsync(
            policy,
            async _ =>
            {
                Work.Enter();
                await (meanwhile?.Invoke() ?? Task.CompletedTask);
                body();
                return "done";
            },
            cancellationToken);
        Assert.Equal("done", result);
    }

    public async Task<List<LedgerEntryKind>> LedgerKindsAsync(CreatedKey key) => [.. (await LedgerAsync(key)).Select(entry => entry.Kind)];

    /// <summary>Waits for the store's own clock, which alone decides when a hold ends.</summary>
    public async Task WaitForStoreTimeAsync(DateTimeOffset instant)
    {
        await using var connection = OpenFile();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)";
        while ((long)(await command.ExecuteScalarAsync())! <= instant.ToUnixTimeMilliseconds())
        {
            await Task.Delay(50);
        }
    }

    public async Task<decimal> SpentCentsAsync(CreatedKey key) =>
        (await Keys.FindAsync(key.Key.Id, TestContext.Current.CancellationToken))!.Spent.Cents;

    public async Task<List<LedgerEntry>> LedgerAsync(CreatedKey key) =>
        await Keys.ReadLedgerAsync(key.Key.Id, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

    /// <summary>Another program on the same file.</summary>
    public SqliteConnection OpenFile()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = StorePath, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
