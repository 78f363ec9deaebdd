using AgentKey;
using AgentKey.Agents;
using AgentKey.Agents.SemanticKernel;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using CappedKernel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

var folder = Directory.CreateTempSubdirectory("agentkey-");
try
{
    return await RunAsync(Path.Combine(folder.FullName, "keys.db"));
}
finally
{
    folder.Delete(recursive: true);
}

static async Task<int> RunAsync(string storePath)
{
    await using var model = await ModelEndpoint.OpenAsync();
    var builder = Kernel.CreateBuilder();
    model.AddTo(builder);
    builder.Services.AddAgentKeys(_ => SqliteKeyStore.Open(storePath));
    builder.AddAgentKeys();
    var root = builder.Build();
    await using var keys = root.Services.GetRequiredService<AgentKeys>();
    await keys.MigrateAsync();

    // The workers' money is drawn from the supervisor's at once: nobody else can spend it, and they cannot spend more.
    Console.WriteLine($"A supervisor with $1.00 and three workers with $0.20 of it each. The model is {model.Description}.");
    var supervisorKey = await MintAsync(keys, "supervisor", Cost.FromDollars(1), parent: null, "team.*", "research.*");
    var workers = new List<Worker>();
    foreach (var (name, instructions) in Cast.Workers)
    {
        var key = await MintAsync(keys, name, Cost.FromDollars(0.20m), supervisorKey.Key.Id, "research.*");
        var tools = new GuardedResearchTools(new ResearchTools(TimeSpan.FromMilliseconds(120)), Guard(root));
        workers.Add(new Worker(name, key.Key, KernelOf(root, key, tools), instructions));
    }

    var kernel = KernelOf(root, supervisorKey, new GuardedTeamTools(new TeamTools(workers), Guard(root)));
    var supervisor = new Worker("supervisor", supervisorKey.Key, kernel, Cast.Supervisor);
    var work = supervisor.WorkAsync("When did the harbour freeze?");
    await LiveView.WatchAsync(keys, [supervisor.Key, .. workers.Select(worker => worker.Key)], work);
    Console.WriteLine(await work);

    // A key that is revoked gives back what it has not spent.
    foreach (var worker in workers)
    {
        await keys.RevokeAsync(worker.Key.Id);
    }

    var faults = (await Verdict.PrintAsync(keys, supervisor.Key, workers)).ToList();
    if (model.IsScripted)
    {
        faults.AddRange(Rehearsal.Check(supervisor, workers));
    }

    faults.ForEach(Console.Error.WriteLine);
    Console.WriteLine(faults.Count == 0 ? "Every key paid for itself, and the ledger adds up." : "Something is wrong.");
    return faults.Count == 0 ? 0 : 1;
}

static ToolGuard Guard(Kernel root) => root.Services.GetRequiredService<ToolGuard>();

static Kernel KernelOf(Kernel root, CreatedKey key, object tools)
{
    var kernel = root.WithAgentKey(key.Secret);
    kernel.Plugins.AddAgentPlugin(tools);
    return kernel;
}

static Task<CreatedKey> MintAsync(AgentKeys keys, string name, Cost cap, string? parent, params string[] scopes) => keys.CreateAsync(new NewKey
{
    AccountId = "capped-kernel",
    Name = name,
    Scopes = ScopeSet.Of(scopes),
    Budget = new Budget(cap, BudgetPeriod.Once),
    Lifetime = Lifetime.Parse(parent is null ? "1h" : "30m"),
    ParentId = parent,
    Carve = parent is not null,
});
