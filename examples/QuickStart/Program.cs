using System.Net;
using AgentKey;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using QuickStart;

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
    await using var keys = new AgentKeys(SqliteKeyStore.Open(storePath));
    await keys.MigrateAsync();

    Console.WriteLine("Two keys of $3.00, one MCP server, 64 calls at a time from each agent:");
    var researcherKey = await MintAsync(keys, "researcher", "docs.*");
    var indexerKey = await MintAsync(keys, "indexer", "docs.search");
    await using var server = await ServerProcess.StartAsync(storePath);
    await using var researcher = await Agent.ConnectAsync("researcher", researcherKey, server.Endpoint);
    await using var indexer = await Agent.ConnectAsync("indexer", indexerKey, server.Endpoint);

    // Both want far more than $3.00 buys. The researcher's last cents are spent on small calls.
    Agent[] agents = [researcher, indexer];
    var work = Task.WhenAll(
        WorkAsync(researcher, call => call % 3 == 0 ? "summarize" : "search"),
        WorkAsync(indexer, _ => "search"));
    await LiveView.WatchAsync(keys, agents, work);

    var forbidden = await indexer.CallAsync("summarize");
    await keys.RevokeAsync(indexerKey.Key.Id);
    var revoked = await server.ProbeAsync(indexerKey.Secret.Reveal());

    var faults = (await Verdict.PrintAsync(keys, agents)).ToList();
    Console.WriteLine($"A tool outside the key's scopes: {forbidden}. A revoked key: HTTP {(int)revoked}.");
    if (forbidden != "insufficient_scope" || revoked != HttpStatusCode.Unauthorized)
    {
        faults.Add("A refusal is missing.");
    }

    faults.ForEach(Console.Error.WriteLine);
    Console.WriteLine(faults.Count == 0 ? "Every cap was met to the cent." : "The money does not add up.");
    return faults.Count == 0 ? 0 : 1;
}

static async Task WorkAsync(Agent agent, Func<int, string> toolOf)
{
    await agent.WorkAsync(360, toolOf);
    await agent.WorkAsync(60, _ => "search");
}

static Task<CreatedKey> MintAsync(AgentKeys keys, string name, string scope) => keys.CreateAsync(new NewKey
{
    AccountId = "quickstart",
    Name = name,
    Scopes = ScopeSet.Of(scope),
    Budget = new Budget(Cost.FromDollars(3), BudgetPeriod.Once),
    Lifetime = Lifetime.Parse("1h"),
});
