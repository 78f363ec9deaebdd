using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using AgentKey.Postgres;
using AgentKey.Scopes;
using AgentKey.TestSupport;

namespace AgentKey.McpProxy.Tests;

public sealed class ClusterTests
{
    [Fact]
    public async Task On_one_row_of_Postgres_two_proxies_sell_exactly_what_there_is_money_for()
    {
        const int clients = 16, callsEach = 4, affordable = 30;
        var token = TestContext.Current.CancellationToken;
        var postgres = await PostgresServer.GetAsync();
        var connectionString = await postgres.CreateDatabaseAsync();
        await using var keys = new AgentKeys(PostgresKeyStore.Open(connectionString), new AgentKeysOptions { StoreTimeout = TimeSpan.FromMinutes(2) });
        await keys.MigrateAsync(token);
        var key = await keys.CreateAsync(
            new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("plain.*"), Budget = new Budget(Cost.FromCents(affordable), BudgetPeriod.Once) }, token);
        await using var first = new Proxy($"postgres:{connectionString}", Policies.Plain);
        await using var second = new Proxy($"postgres:{connectionString}", Policies.Plain);
        await Task.WhenAll(first.StartHttpAsync(PlainServer.Command()), second.StartHttpAsync(PlainServer.Command()));

        var codes = await Task.WhenAll(Enumerable.Range(0, clients).Select(async i =>
        {
            await using var client = await (i % 2 == 0 ? first : second).ConnectHttpAsync(key);
            var results = await Task.WhenAll(Enumerable.Range(0, callsEach).Select(_ => client.CallAsync("echo", ("text", "hello")).AsTask()));
            return results.Select(Clients.CodeOf);
        }));

        Assert.Equal(affordable, codes.SelectMany(each => each).Count(code => code is null));
        Assert.Equal((clients * callsEach) - affordable, codes.SelectMany(each => each).Count(code => code == "budget_exhausted"));
        Assert.Equal(Cost.FromCents(affordable), (await keys.FindAsync(key.Key.Id, token))!.Spent);
    }
}
