using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Postgres;
using AgentKey.Scopes;
using AgentKey.TestSupport;

namespace AgentKey.Agents.Mcp.Tests.Examples;

/// <summary>Several server processes behind one store, as a deployment has them.</summary>
public sealed class ClusterTests
{
    [Fact]
    public async Task Of_32_clients_on_two_processes_with_money_for_64_calls_exactly_64_get_one()
    {
        const int clients = 32, callsEach = 4;
        var token = TestContext.Current.CancellationToken;
        var postgres = await PostgresServer.GetAsync();
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var keys = new AgentKeys(PostgresKeyStore.Open(connectionString), new AgentKeysOptions { StoreTimeout = TimeSpan.FromMinutes(2) });
        await keys.MigrateAsync(token);
        var key = await keys.CreateAsync(
            new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromCents(64 * 15), BudgetPeriod.Once) }, token);
        await using var first = new ExampleServer($"postgres:{connectionString}");
        await using var second = new ExampleServer($"postgres:{connectionString}");
        await Task.WhenAll(first.StartHttpAsync(), second.StartHttpAsync());

        var codes = await Task.WhenAll(Enumerable.Range(0, clients).Select(async i =>
        {
            await using var client = await (i % 2 == 0 ? first : second).ConnectHttpAsync(key);
            var results = await Task.WhenAll(Enumerable.Range(0, callsEach).Select(_ => client.CallAsync("summarize", ("path", "weather.md")).AsTask()));
            return results.Select(Clients.CodeOf);
        }));

        Assert.Equal(64, codes.SelectMany(each => each).Count(code => code is null));
        Assert.Equal(64, codes.SelectMany(each => each).Count(code => code == "budget_exhausted"));
        Assert.Equal(Cost.FromCents(64 * 15), (await keys.FindAsync(key.Key.Id, token))!.Spent);
        Assert.Equal(64, await keys.ReadLedgerAsync(key.Key.Id).CountAsync(token));
    }
}
