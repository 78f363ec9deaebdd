using AgentKey;
using AgentKey.Agents;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection();
services.AddAgentKeys(_ => SqliteKeyStore.Open("keys.db"));
services.AddAgentTools(); // generated: GuardedProxyTools for ProxyTools
await using var provider = services.BuildServiceProvider();

var keys = provider.GetRequiredService<AgentKeys>();
await keys.MigrateAsync();
var created = await keys.CreateAsync(new NewKey
{
    AccountId = "acme",
    Scopes = ScopeSet.Of("proxy.*"),
    Budget = new Budget(Cost.FromDollars(0.30m), BudgetPeriod.Day),
    Lifetime = Lifetime.Parse("7d"),
    DelegatedBy = "ann@acme.example",
});

// An adapter does this for MCP; by hand it is one line.
using var binding = CallerScope.Bind(keys.Identify(created.Secret.Reveal()));
var tools = provider.GetRequiredService<GuardedProxyTools>();
try
{
    while (true)
    {
        Console.WriteLine(await tools.ChatAsync("Hello", CancellationToken.None));
    }
}
catch (ToolDeniedException denied)
{
    Console.WriteLine($"{denied.Denial.Code}: {denied.Message}");
}

public sealed class ProxyTools
{
    [AgentScope("proxy.chat"), Cost(15)]
    public Task<string> ChatAsync(string prompt, CancellationToken ct) => Task.FromResult($"{prompt} yourself, for 15 cents.");
}
