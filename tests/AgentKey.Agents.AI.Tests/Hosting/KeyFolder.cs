using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using AgentKey.Storage;

namespace AgentKey.Agents.AI.Tests.Hosting;

/// <summary>A real embedded store in a folder of its own, with a guard on top of it.</summary>
internal sealed class KeyFolder : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentkey-ai-");

    private KeyFolder()
    {
        Keys = new AgentKeys(SqliteKeyStore.Open(StorePath));
        Guard = new ToolGuard(Keys, Log);
    }

    public string StorePath => Path.Combine(_folder.FullName, "keys.db");

    public AgentKeys Keys { get; }

    public ToolGuard Guard { get; }

    public RecordingLogger<ToolGuard> Log { get; } = new();

    public static async Task<KeyFolder> CreateAsync()
    {
        var folder = new KeyFolder();
        await folder.Keys.MigrateAsync(TestContext.Current.CancellationToken);
        return folder;
    }

    /// <summary>A key with money for ever, or without a cap.</summary>
    public Task<CreatedKey> MintAsync(decimal? cents, params string[] scopes) => Keys.CreateAsync(
        new NewKey
        {
            AccountId = "acme",
            Scopes = ScopeSet.Of(scopes is [] ? ["tools.*", "model.*"] : scopes),
            Budget = cents is { } cap ? new Budget(Cost.FromCents(cap), BudgetPeriod.Once) : null,
        },
        TestContext.Current.CancellationToken);

    public Caller CallerOf(CreatedKey key) => Keys.Identify(key.Secret.Reveal());

    public async Task<KeyInfo> ReadAsync(string keyId) => (await Keys.FindAsync(keyId, TestContext.Current.CancellationToken))!;

    public async Task<decimal> SpentCentsAsync(CreatedKey key) => (await ReadAsync(key.Key.Id)).Spent.Cents;

    public Task<List<LedgerEntry>> LedgerAsync(CreatedKey key) =>
        Keys.ReadLedgerAsync(key.Key.Id).ToListAsync(TestContext.Current.CancellationToken).AsTask();

    public async Task AssertAddsUpAsync() => Assert.Empty(await Keys.VerifyAsync(TestContext.Current.CancellationToken));

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
