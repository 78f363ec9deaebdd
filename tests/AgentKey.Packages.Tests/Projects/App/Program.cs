using AgentKey;
using AgentKey.Agents;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Sqlite;
using Library;
using Microsoft.Extensions.DependencyInjection;

var services = new ServiceCollection();
services.AddAgentKeys(_ => SqliteKeyStore.Open("app.db"));
// By hand: AddAgentTools() is ambiguous in a project that sees the internals of another one with tools.
services.AddTransient<LibraryTools>().AddTransient<GuardedLibraryTools>().AddTransient<AppTools>().AddTransient<GuardedAppTools>();
await using var provider = services.BuildServiceProvider();
var keys = provider.GetRequiredService<AgentKeys>();
await keys.MigrateAsync();
var created = await keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("app.*", "library.*"), Budget = new Budget(Cost.FromCents(5), BudgetPeriod.Day), Lifetime = Lifetime.Parse("1d") });

using var binding = CallerScope.Bind(keys.Identify(created.Secret.Reveal()));
Console.WriteLine(await provider.GetRequiredService<GuardedLibraryTools>().LendAsync("a book", CancellationToken.None));
Console.WriteLine(await provider.GetRequiredService<GuardedAppTools>().ReadAsync("a page", CancellationToken.None));
try
{
    await provider.GetRequiredService<GuardedLibraryTools>().LendAsync("another", CancellationToken.None);
}
catch (ToolDeniedException denied)
{
    Console.WriteLine(denied.Denial.Code);
}

internal sealed class AppTools
{
    [AgentScope("app.read"), Cost(3)]
    public Task<string> ReadAsync(string page, CancellationToken token) => Task.FromResult("read " + page);
}
