using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>Errors that say no more than that a connection was lost: whoever paid is told so, and nobody pays twice.</summary>
public sealed class PoolerTests
{
    // What PgBouncer answers when the server's connection dies under a client's.
    private const string Crashed = "08P01";

    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(1));

    /// <summary>Of the first state it is known that it leaves this open; of the second one nothing is known.</summary>
    [Theory]
    [InlineData(Crashed)]
    [InlineData(PostgresErrorCodes.InternalError)]
    public async Task A_charge_that_was_committed_is_allowed_although_the_answer_is_an_error(string state)
    {
        var database = await Databases.CreateAsync();
        using var pooler = new FaultyPooler(database.ConnectionString);
        await using var keys = new AgentKeys(PostgresKeyStore.Open(pooler.ConnectionString));
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        pooler.FailNextCommit(state);
        var decision = await keys.ChargeAsync(caller, Read);
        Assert.True(pooler.HasFailed);
        Assert.Equal((true, false), (decision.IsAllowed, decision.IsReplay));
        Assert.Equal(Cost.FromCents(1), (await keys.FindAsync(id))!.Spent);
    }

    [Fact]
    public async Task A_batch_that_failed_does_not_wait_for_each_of_its_members_when_nobody_answers_any_more()
    {
        var database = await Databases.CreateAsync();
        using var pooler = new FaultyPooler(database.ConnectionString);
        await using var keys = new AgentKeys(PostgresKeyStore.Open(pooler.ConnectionString), new() { StoreTimeout = TimeSpan.FromSeconds(2) });
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        await using var locked = await LockedRows.OfAsync(database.ConnectionString);
        var first = keys.ChargeAsync(caller, Read);
        await database.WaitForBlockedAsync(1);
        var behind = Enumerable.Range(0, 10).Select(_ => keys.ChargeAsync(caller, Read)).ToArray();
        pooler.FailNextCommit(PostgresErrorCodes.InternalError, after: 1, thenSilent: true);
        await locked.UnlockAsync();
        Assert.True((await first).IsAllowed);
        foreach (var charge in behind)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => charge);
        }

        // The first of them has waited for all.
        Assert.True(pooler.HasFailed);
        Assert.Equal(1, pooler.Unanswered);
    }

    /// <inheritdoc cref="A_charge_that_was_committed_is_allowed_although_the_answer_is_an_error"/>
    [Theory]
    [InlineData(Crashed)]
    [InlineData(PostgresErrorCodes.InternalError)]
    public async Task A_batch_that_was_committed_is_not_made_again_one_by_one(string state)
    {
        var database = await Databases.CreateAsync();
        using var pooler = new FaultyPooler(database.ConnectionString);
        await using var keys = new AgentKeys(PostgresKeyStore.Open(pooler.ConnectionString));
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        var hold = (await keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1))).Receipt!;
        await using var locked = await LockedRows.OfAsync(database.ConnectionString);
        var first = keys.ChargeAsync(caller, Read);
        await database.WaitForBlockedAsync(1);

        // Whoever asks now waits for the batch that waits for the row, and shares the next one.
        var anonymous = Enumerable.Range(0, 10).Select(_ => keys.ChargeAsync(caller, Read)).ToArray();
        var named = Enumerable.Range(0, 10).Select(i => keys.ChargeAsync(caller, Read with { OperationId = $"op-{i}" })).ToArray();
        var repeated = keys.ChargeAsync(caller, Read with { OperationId = "op-0" });
        var settled = keys.SettleAsync(hold, Cost.FromCents(1));
        pooler.FailNextCommit(state, after: 1);
        await locked.UnlockAsync();
        await first;
        foreach (var decision in await Task.WhenAll([.. anonymous, .. named]))
        {
            Assert.Equal((true, false), (decision.IsAllowed, decision.IsReplay));
        }

        Assert.True(pooler.HasFailed);
        Assert.True((await repeated).IsReplay);
        Assert.Equal(SettleOutcome.Settled, (await settled).Outcome);
        Assert.Equal(Cost.FromCents(22), (await keys.FindAsync(id))!.Spent);
        Assert.Empty(await keys.VerifyAsync());
    }

    [Theory]
    [InlineData(Crashed)]
    [InlineData(PostgresErrorCodes.ConnectionFailure)]
    [InlineData(PostgresErrorCodes.OutOfMemory)]
    [InlineData(PostgresErrorCodes.ConfigurationLimitExceeded)]
    [InlineData("57P05")]
    public async Task A_charge_that_a_server_in_trouble_rolled_back_is_made_at_the_second_attempt(string state)
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        await FailCommitsAsync(database, state, count: 1);
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(Cost.FromCents(1), (await keys.FindAsync(id))!.Spent);
    }

    [Theory]
    [InlineData(Crashed)]
    [InlineData(PostgresErrorCodes.InsufficientResources)]
    [InlineData("57P05")]
    public async Task A_server_that_stays_in_trouble_is_unavailable(string state)
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        await FailCommitsAsync(database, state, count: 1_000);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => keys.ChargeAsync(caller, Read));
        Assert.Contains(state, error.Message, StringComparison.Ordinal);
        Assert.Equal(Cost.Zero, (await keys.FindAsync(id))!.Spent);
    }

    /// <summary>The next commits that write to the ledger fail, and nothing of them is saved.</summary>
    private static async Task FailCommitsAsync(Databases database, string state, int count) => await database.ExecuteAsync(
        $"""
        CREATE SEQUENCE commits;
        CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('commits') <= {count} THEN RAISE EXCEPTION 'in trouble' USING ERRCODE = '{state}'; END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER failing AFTER INSERT ON sdk_api_keys_ledger DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION fail();
        """);
}
