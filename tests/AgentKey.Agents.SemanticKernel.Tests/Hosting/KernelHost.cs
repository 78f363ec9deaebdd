using AgentKey.Agents.SemanticKernel.Tests.Tools;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using AgentKey.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests.Hosting;

/// <summary>A kernel with guarded tools, an embedded store of its own, and a scripted model behind the real connector.</summary>
internal sealed class KernelHost : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentkey-kernel-");
    private readonly CallCount _calls = new();

    private KernelHost(ScriptedModelServer model) => Model = model;

    /// <summary>The kernel without a key, which all keyed ones are clones of.</summary>
    public Kernel Root { get; private set; } = null!;

    public ScriptedModelServer Model { get; }

    public AgentKeys Keys => Root.Services.GetRequiredService<AgentKeys>();

    public ToolGuard Guard => Root.Services.GetRequiredService<ToolGuard>();

    public CallCount Calls => _calls;

    public int Bodies => _calls.Bodies;

    public int ModelCalls => Model.Requests.Count;

    public static async Task<KernelHost> StartAsync(
        Connector connector, Func<ModelRequest, ModelReply> script, Action<IKernelBuilder>? configure = null)
    {
        var host = new KernelHost(await ScriptedModelServer.StartAsync(script, TestContext.Current.CancellationToken));
        var builder = Kernel.CreateBuilder();
        builder.Services.AddSingleton(host._calls);
        builder.Services.AddAgentKeys(_ => SqliteKeyStore.Open(Path.Combine(host._folder.FullName, "keys.db")));
        connector.AddTo(builder, host.Model.Endpoint);
        builder.AddAgentKeys();
        builder.Services.AddAgentTools();
        if (configure is null)
        {
            builder.Plugins.AddAgentPlugin<GuardedCountedTools>();
        }

        configure?.Invoke(builder);
        host.Root = builder.Build();
        await host.Keys.MigrateAsync(TestContext.Current.CancellationToken);
        return host;
    }

    public Task<CreatedKey> MintAsync(decimal cents, params string[] scopes) => Keys.CreateAsync(
        new NewKey { AccountId = "acme", Scopes = ScopeSet.Of(scopes), Budget = new Budget(Cost.FromCents(cents), BudgetPeriod.Once) },
        TestContext.Current.CancellationToken);

    public async Task<Cost> SpentAsync(CreatedKey created) =>
        (await Keys.FindAsync(created.Key.Id, TestContext.Current.CancellationToken))!.Spent;

    public Task<List<LedgerEntry>> LedgerAsync(CreatedKey created) =>
        Keys.ReadLedgerAsync(created.Key.Id).ToListAsync(TestContext.Current.CancellationToken).AsTask();

    public async ValueTask DisposeAsync()
    {
        await Keys.DisposeAsync();
        await Model.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
