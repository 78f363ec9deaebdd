using System.Transactions;
using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>Calls from within a transaction of the host's, which the driver would have them join.</summary>
public sealed class HostTransactionTests
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_done_stays_done_when_the_host_rolls_back(bool ownsDataSource)
    {
        var database = await Databases.CreateAsync();
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var keys = new AgentKeys(ownsDataSource ? PostgresKeyStore.Open(database.ConnectionString) : new PostgresKeyStore(source));
        string id;
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await keys.MigrateAsync();
            id = (await Databases.MintAsync(keys)).Id;
            var rotated = await keys.RotateAsync(id, TimeSpan.Zero);
            Assert.True((await keys.ChargeAsync(keys.Identify(rotated!.Secret.Reveal()), Read)).IsAllowed);
            await keys.SetBudgetAsync(BudgetOwner.Key(id), "hourly", new Budget(Cost.FromDollars(1), BudgetPeriod.Hour));
            Assert.NotNull(Transaction.Current);
        }

        var found = (await keys.FindAsync(id))!;
        Assert.Equal(Read.Cost, found.Spent);
        Assert.Single(found.MoreBudgets);
    }
}
