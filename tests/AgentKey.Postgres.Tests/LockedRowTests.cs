using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Postgres.Tests;

/// <summary>A transaction of the host's that stays open: who needs none of its rows notices nothing.</summary>
public sealed class LockedRowTests
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(1));

    private static readonly PostgresKeyStoreOptions OneLane = new() { Lanes = 1, StatementTimeout = TimeSpan.FromMilliseconds(500) };

    [Theory]
    [InlineData("sdk_api_keys WHERE name = 'locked'")]
    [InlineData("sdk_api_keys_budgets WHERE owner = 'account:locked'")]
    public async Task Only_the_calls_that_need_a_locked_row_fail(string rows)
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open(OneLane);
        await keys.MigrateAsync();
        var locked = await CreateAsync(keys, "locked");
        var child = await CreateAsync(keys, "locked", locked.Key.Id);
        var free = await CreateAsync(keys, "free");
        foreach (var account in new[] { "locked", "free" })
        {
            await keys.SetBudgetAsync(BudgetOwner.Account(account), "all", new Budget(Cost.FromDollars(100), BudgetPeriod.Once));
        }

        await using (await LockedRows.OfAsync(database.ConnectionString, rows))
        {
            var first = ChargeAsync(keys, locked);
            await database.WaitForBlockedAsync(1);

            // They wait behind it, and share the next batch.
            var stopped = new[] { first, ChargeAsync(keys, locked, "again"), ChargeAsync(keys, child) };
            var others = Enumerable.Range(0, 10).Select(i => ChargeAsync(keys, free, $"op-{i}")).ToArray();
            foreach (var charge in stopped)
            {
                await Assert.ThrowsAsync<StoreUnavailableException>(() => charge);
            }

            foreach (var decision in await Task.WhenAll(others))
            {
                Assert.Equal((true, false), (decision.IsAllowed, decision.IsReplay));
            }
        }

        var late = await ChargeAsync(keys, locked, "again");
        Assert.Equal((true, false), (late.IsAllowed, late.IsReplay));
        Assert.True((await ChargeAsync(keys, child)).IsAllowed);
        Assert.Equal(Cost.FromCents(2), (await keys.FindAsync(locked.Key.Id))!.Spent);
        Assert.Equal(Cost.FromCents(10), (await keys.FindAsync(free.Key.Id))!.Spent);
        Assert.Empty(await keys.VerifyAsync());
    }

    [Fact]
    public async Task A_row_that_was_found_locked_is_asked_for_and_not_waited_for()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open(OneLane);
        await keys.MigrateAsync();
        var locked = await CreateAsync(keys, "locked");
        await using (await LockedRows.OfAsync(database.ConnectionString))
        {
            Assert.NotNull((await Assert.ThrowsAsync<StoreUnavailableException>(() => ChargeAsync(keys, locked))).InnerException);

            // Postgres has no error for it: nothing of a batch was tried.
            Assert.Null((await Assert.ThrowsAsync<StoreUnavailableException>(() => ChargeAsync(keys, locked))).InnerException);
        }

        Assert.True((await ChargeAsync(keys, locked)).IsAllowed);
        Assert.Equal(Cost.FromCents(1), (await keys.FindAsync(locked.Key.Id))!.Spent);
    }

    private static Task<CreatedKey> CreateAsync(AgentKeys keys, string account, string? parent = null) => keys.CreateAsync(new NewKey
    {
        AccountId = account,
        Name = account,
        ParentId = parent,
        Scopes = ScopeSet.Of("docs.*"),
        Budget = new Budget(Cost.FromDollars(1), BudgetPeriod.Once),
    });

    private static Task<ChargeDecision> ChargeAsync(AgentKeys keys, CreatedKey key, string? operationId = null) =>
        keys.ChargeAsync(keys.Identify(key.Secret.Reveal()), Read with { OperationId = operationId });
}
