using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.Postgres.Tests;

/// <summary>A row that was charged before is charged in one round trip, and only as long as nobody else has touched it.</summary>
public sealed class RecalledBatchTests
{
    // On a machine that stands still for half a second, what was decided is decided again.
    private const int Stalls = 2;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_key_that_was_charged_before_is_charged_without_loading_it_again()
    {
        await using var bench = await Bench.CreateAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.True((await bench.ChargeAsync()).IsAllowed);
        }

        Assert.InRange(bench.Log.Locked, 0, Stalls);
        Assert.Equal(Cost.FromCents(150), (await bench.Keys.FindAsync(bench.KeyId))!.Spent);
        Assert.Empty(await bench.Keys.VerifyAsync());
    }

    [Fact]
    public async Task A_key_that_was_validated_is_charged_without_loading_it_again()
    {
        await using var bench = await Bench.CreateAsync();
        await using var other = bench.OpenAnother();
        for (var i = 0; i < 10; i++)
        {
            await other.ChargeAsync(other.Identify(bench.Secret), Read(15));
            await bench.Keys.ValidateAsync(bench.Caller);
            Assert.True((await bench.ChargeAsync()).IsAllowed);
        }

        Assert.InRange(bench.Log.Locked, 0, Stalls);
    }

    /// <summary>A server that recovers from a crash ends every connection, and may give the numbers of lost transactions again.</summary>
    [Fact]
    public async Task A_connection_that_breaks_ends_all_that_was_remembered()
    {
        await using var bench = await Bench.CreateAsync();
        var (other, _) = await Databases.MintAsync(bench.Keys);
        await bench.ChargeAsync();
        await bench.Keys.ChargeAsync(other, Read(15));
        await bench.Database.ExecuteAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
        while (!await IsAnsweredAsync(bench.ChargeAsync()))
        {
            // Each connection of the pool says so once.
        }

        var before = bench.Log.Locked;
        Assert.True((await bench.Keys.ChargeAsync(other, Read(15))).IsAllowed);
        Assert.Equal(before + 1, bench.Log.Locked);

        static async Task<bool> IsAnsweredAsync(Task<ChargeDecision> charge)
        {
            try
            {
                return (await charge).IsAllowed;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        }
    }

    /// <summary>What was acknowledged must not be lost, and the number of its transaction must not be given again.</summary>
    [Theory]
    [InlineData("off", "local")]
    [InlineData("remote_write", "remote_write")]
    public async Task A_charge_waits_for_its_commit_also_where_the_database_does_not(string ofDatabase, string ofCharge)
    {
        await using var bench = await Bench.CreateAsync(
            "CREATE TABLE seen (setting TEXT)",
            """
            CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO seen SELECT current_setting('synchronous_commit'); RETURN NULL; END $$
            """,
            "CREATE TRIGGER seeing AFTER INSERT ON sdk_api_keys_ledger FOR EACH ROW EXECUTE FUNCTION see()",
            $"DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = {ofDatabase}', current_database()); END $$");
        Assert.True((await bench.ChargeAsync()).IsAllowed);
        Assert.Equal(ofCharge, await bench.Database.ExecuteAsync("SELECT setting FROM seen"));
    }

    [Fact]
    public async Task A_hold_of_this_process_is_settled_without_looking_it_up()
    {
        await using var bench = await Bench.CreateAsync();
        for (var i = 0; i < 5; i++)
        {
            var hold = await bench.Keys.HoldAsync(bench.Caller, Read(15), Minute);
            Assert.Equal(SettleOutcome.Settled, (await bench.Keys.SettleAsync(hold.Receipt!, Cost.FromCents(7))).Outcome);
        }

        Assert.InRange(bench.Log.Locked, 0, Stalls);
        Assert.Equal(Cost.FromCents(35), (await bench.Keys.FindAsync(bench.KeyId))!.Spent);
        Assert.Equal(0L, await bench.Database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_holds"));
        Assert.Empty(await bench.Keys.VerifyAsync());
    }

    [Fact]
    public async Task Holds_that_expire_together_are_not_searched_for_among_each_other()
    {
        const int Holds = 30;
        var database = await SettleTogetherAsync(Holds);

        // A backend tells what it read when it ends.
        while (await ReadThroughAsync("slice") + await ReadThroughAsync("expiry") < Holds)
        {
            await Task.Delay(10);
        }

        Assert.Equal((Holds, 0), (await ReadThroughAsync("slice"), await ReadThroughAsync("expiry")));

        async Task<long> ReadThroughAsync(string index) =>
            (long)(await database.ExecuteAsync($"SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'sdk_api_keys_holds_{index}'"))!;
    }

    [Theory]
    [InlineData("UPDATE sdk_api_keys SET revoked_at = now()", "invalid_key: Revoked", null)]
    [InlineData("UPDATE sdk_api_keys SET expires_at = now() - interval '1 second'", "invalid_key: Expired", null)]
    [InlineData("UPDATE sdk_api_keys SET scopes = '{other.*}'", "insufficient_scope", null)]
    [InlineData("UPDATE sdk_api_keys SET budget_cents = 20", "budget_exhausted", "key:1")]
    [InlineData("UPDATE sdk_api_keys SET budget_used_cents = budget_used_cents + 9975", "budget_exhausted", "key:1")]
    [InlineData("UPDATE sdk_api_keys SET key_hash = 'another'", "invalid_key: Unknown", null)]
    [InlineData("DELETE FROM sdk_api_keys", "invalid_key: Unknown", null)]
    [InlineData("INSERT INTO sdk_api_keys_budgets (owner, name, cap_micros, period, started_at) VALUES ('key:1', 'hourly', 1, 'hour', now())", "budget_exhausted", "key:1/hourly")]
    [InlineData("INSERT INTO sdk_api_keys_budgets (owner, name, cap_micros, period, started_at) VALUES ('account:acme', 'all', 1, 'once', now())", "budget_exhausted", "account:acme/all")]
    [InlineData("ALTER TABLE sdk_api_keys DROP COLUMN budget_cents, ADD COLUMN budget_cents INTEGER DEFAULT 20", "budget_exhausted", "key:1")]
    [InlineData("ALTER TABLE sdk_api_keys DROP COLUMN revoked_at, ADD COLUMN revoked_at TIMESTAMPTZ DEFAULT now()", "invalid_key: Revoked", null)]
    [InlineData("ALTER TABLE sdk_api_keys RENAME revoked_at TO x; ALTER TABLE sdk_api_keys RENAME created_at TO revoked_at; ALTER TABLE sdk_api_keys RENAME x TO created_at", "invalid_key: Revoked", null)]
    public async Task What_others_change_decides_the_next_charge(string change, string code, string? refusedBy)
    {
        await using var bench = await Bench.CreateAsync();
        await bench.ChargeAsync();
        await bench.Database.ExecuteAsync(change);

        var denial = (await bench.ChargeAsync()).Denial!;
        Assert.Equal((code, refusedBy), (CodeOf(denial), denial.RefusedBy));
        Assert.InRange(bench.Log.Locked, 1, 1 + Stalls);
        Assert.Equal(1L, await bench.Database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_ledger WHERE kind = 1"));
    }

    [Fact]
    public async Task A_table_that_was_put_in_the_place_of_another_is_not_taken_for_it()
    {
        await using var bench = await Bench.CreateAsync();
        await bench.ChargeAsync();
        await bench.Database.ExecuteAsync(
            """
            CREATE TABLE shadow (LIKE sdk_api_keys INCLUDING ALL);
            UPDATE sdk_api_keys SET name = name;
            INSERT INTO shadow SELECT * FROM sdk_api_keys;
            UPDATE shadow SET revoked_at = now()
            """);
        await bench.Keys.ValidateAsync(bench.Caller);
        await bench.Database.ExecuteAsync("ALTER TABLE sdk_api_keys RENAME TO gone; ALTER TABLE shadow RENAME TO sdk_api_keys");

        Assert.Equal(KeyFault.Revoked, (await bench.ChargeAsync()).Denial!.Fault);
    }

    [Fact]
    public async Task A_column_that_the_host_adds_costs_one_batch_a_round_trip()
    {
        await using var bench = await Bench.CreateAsync();
        await bench.ChargeAsync();
        await bench.Database.ExecuteAsync("ALTER TABLE sdk_api_keys ADD COLUMN region TEXT DEFAULT 'eu'");
        for (var i = 0; i < 10; i++)
        {
            Assert.True((await bench.ChargeAsync()).IsAllowed);
        }

        Assert.InRange(bench.Log.Locked, 1, 1 + Stalls);
    }

    [Theory]
    [InlineData("expires_at", "", "invalid_key: Expired")]
    [InlineData("budget_raise_until", ", budget_cents = 1, budget_raise_micros = 100000000000", "budget_exhausted")]
    public async Task An_instant_that_passes_decides_as_if_the_row_had_been_loaded_after_it(string column, string more, string code)
    {
        await using var bench = await Bench.CreateAsync();
        await bench.Database.ExecuteAsync($"UPDATE sdk_api_keys SET {column} = clock_timestamp() + interval '1 second'{more}");
        ChargeDecision decision;
        var allowed = 0L;
        while ((decision = await bench.ChargeAsync(cents: 1)).IsAllowed)
        {
            allowed++;
        }

        Assert.Equal(code, CodeOf(decision.Denial!));
        Assert.True(bench.Log.Recalled > 1);
        Assert.Equal(allowed, await bench.Database.ExecuteAsync($"SELECT count(*) FROM sdk_api_keys_ledger l, sdk_api_keys k WHERE l.kind = 1 AND l.at < k.{column}"));
        Assert.Equal(true, await bench.Database.ExecuteAsync($"SELECT clock_timestamp() >= {column} FROM sdk_api_keys"));
        Assert.Empty(await bench.Keys.VerifyAsync());
    }

    [Fact]
    public async Task A_batch_never_commits_after_an_instant_that_was_ahead_when_it_was_decided()
    {
        await using var bench = await Bench.CreateAsync();
        await bench.Database.ExecuteAsync("UPDATE sdk_api_keys SET expires_at = clock_timestamp() + interval '1 second'");
        await bench.Keys.ValidateAsync(bench.Caller);
        await using var locked = await bench.LockRowsAsync();

        // Decided while the key is alive, and the lock is had when it is dead.
        await bench.WaitUntilAsync("expires_at - interval '250 milliseconds'");
        var late = bench.ChargeAsync();
        await bench.WaitUntilAsync("expires_at");
        await locked.UnlockAsync();
        Assert.Equal(KeyFault.Expired, (await late).Denial!.Fault);
        Assert.Equal(0L, await bench.Database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_ledger"));
    }

    [Fact]
    public async Task A_period_that_begins_is_never_over_when_its_first_charge_is_saved()
    {
        await using var bench = await Bench.CreateAsync();
        await bench.Database.ExecuteAsync(
            "UPDATE sdk_api_keys SET budget_cents = 100, budget_calendar = 'hour', budget_used_until = clock_timestamp() + interval '1 second' - interval '3 hours', budget_anchor_at = clock_timestamp() + interval '1 second'");
        await bench.Keys.ValidateAsync(bench.Caller);
        await using (var locked = await bench.LockRowsAsync())
        {
            // In the last moments of a period that nobody has begun; the lock is had in the next one.
            await bench.WaitUntilAsync("budget_anchor_at - interval '250 milliseconds'");
            var late = bench.ChargeAsync(100);
            await bench.WaitUntilAsync("budget_anchor_at");
            await locked.UnlockAsync();
            Assert.True((await late).IsAllowed);
        }

        Assert.Equal(true, await bench.Database.ExecuteAsync("SELECT budget_used_until > clock_timestamp() FROM sdk_api_keys"));
        Assert.False((await bench.ChargeAsync(1)).IsAllowed);
        Assert.Empty(await bench.Keys.VerifyAsync());
    }

    [Fact]
    public async Task A_hold_that_waited_for_a_lock_lives_as_long_as_any_other()
    {
        await using var bench = await Bench.CreateAsync();
        await using (var locked = await bench.LockRowsAsync())
        {
            var late = bench.Keys.HoldAsync(bench.Caller, Read(15), TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromSeconds(1.3));
            await locked.UnlockAsync();
            Assert.Equal(SettleOutcome.Settled, (await bench.Keys.SettleAsync((await late).Receipt!, Cost.FromCents(7))).Outcome);
        }
    }

    [Fact]
    public async Task A_hold_that_was_ended_in_the_batch_that_took_it_is_not_remembered_as_open()
    {
        await using var bench = await Bench.CreateAsync();

        // So that the chain is known by the key's id, too, and no operation comes late for a look-up.
        await bench.Keys.VoidAsync((await bench.ChargeAsync(1)).Receipt!);
        var ended = new HoldReceipt(bench.KeyId, "chosen", Cost.FromCents(15), DateTimeOffset.UtcNow + Minute);
        var voided = await bench.InOneBatchAsync(() =>
        {
            _ = bench.Keys.HoldAsync(bench.Caller, Read(15) with { OperationId = "chosen" }, Minute);
            _ = bench.Keys.HoldAsync(bench.Caller, Read(15), Minute);
            return bench.Keys.VoidAsync(ended);
        });
        var again = await bench.InOneBatchAsync(() =>
        {
            _ = bench.ChargeAsync(1);
            return bench.Keys.VoidAsync(ended);
        });

        Assert.Equal((VoidResult.Voided, VoidResult.AlreadyVoided), (voided, again));
        Assert.Empty(await bench.Keys.VerifyAsync());
    }

    [Theory]
    [InlineData("BEFORE UPDATE ON sdk_api_keys", "BEGIN NEW.revoked_at = now(); RETURN NEW; END")]
    [InlineData("AFTER INSERT ON sdk_api_keys_ledger", "BEGIN UPDATE sdk_api_keys SET revoked_at = now(); RETURN NEW; END")]
    public async Task A_trigger_that_is_made_while_we_run_is_obeyed_by_the_next_charge(string trigger, string body)
    {
        await using var bench = await Bench.CreateAsync();
        await bench.ChargeAsync();
        await bench.Database.ExecuteAsync(
            $"CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$; CREATE TRIGGER stop {trigger} FOR EACH ROW EXECUTE FUNCTION stop()");

        Assert.True((await bench.ChargeAsync()).IsAllowed);
        Assert.Equal(KeyFault.Revoked, (await bench.ChargeAsync()).Denial!.Fault);
    }

    [Fact]
    public async Task Rows_are_loaded_where_a_trigger_on_the_ledger_may_change_them()
    {
        await using var bench = await Bench.CreateAsync(
            "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE sdk_api_keys SET revoked_at = now(); RETURN NEW; END $$",
            "CREATE TRIGGER stop AFTER INSERT ON sdk_api_keys_ledger FOR EACH ROW EXECUTE FUNCTION stop()");
        Assert.True((await bench.ChargeAsync()).IsAllowed);
        Assert.Equal(KeyFault.Revoked, (await bench.ChargeAsync()).Denial!.Fault);
        Assert.Equal((2, 0), (bench.Log.Locked, bench.Log.Recalled));
    }

    [Theory]
    [InlineData("settle", SettleOutcome.AlreadySettled)]
    [InlineData("void", SettleOutcome.AlreadyVoided)]
    [InlineData("extend", SettleOutcome.Settled)]
    [InlineData("expire", SettleOutcome.SettledLate)]
    public async Task What_others_did_to_a_hold_decides_its_settlement(string deed, SettleOutcome expected)
    {
        await using var bench = await Bench.CreateAsync();
        await bench.ChargeAsync();
        var hold = (await bench.Keys.HoldAsync(bench.Caller, Read(15), Minute)).Receipt!;
        await using var other = bench.OpenAnother();
        _ = deed switch
        {
            "settle" => (object)await other.SettleAsync(hold, Cost.FromCents(3)),
            "void" => await other.VoidAsync(hold),
            "extend" => await other.ExtendAsync(hold, Minute * 5),
            _ => (await bench.Database.ExecuteAsync("UPDATE sdk_api_keys_holds SET expires_at = now() - interval '1 second' RETURNING 1"))!,
        };

        Assert.Equal(expected, (await bench.Keys.SettleAsync(hold, Cost.FromCents(7))).Outcome);
        Assert.Equal(0L, await bench.Database.ExecuteAsync("SELECT count(*) FROM sdk_api_keys_holds"));
        Assert.Empty(await bench.Keys.VerifyAsync());
    }

    [Fact]
    public async Task Two_processes_that_charge_one_key_by_turns_stop_counting_on_it_and_spend_exactly()
    {
        await using var bench = await Bench.CreateAsync();
        await using var other = bench.OpenAnother();
        var caller = other.Identify(bench.Secret);
        for (var i = 0; i < 100; i++)
        {
            Assert.True((await bench.ChargeAsync(1)).IsAllowed);
            Assert.True((await other.ChargeAsync(caller, Read(1))).IsAllowed);
        }

        Assert.InRange(bench.Log.Recalled, 2, 2 + Stalls);
        Assert.Equal(Cost.FromCents(200), (await bench.Keys.FindAsync(bench.KeyId))!.Spent);
        Assert.Empty(await bench.Keys.VerifyAsync());
    }

    [Fact]
    public async Task Parallel_processes_never_spend_past_the_cap_of_remembered_rows()
    {
        await using var bench = await Bench.CreateAsync();
        var others = Enumerable.Range(0, 3).Select(_ => bench.OpenAnother()).ToArray();
        AgentKeys[] all = [bench.Keys, .. others];
        var allowed = 0;
        await Task.WhenAll(all.SelectMany(keys => Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var caller = keys.Identify(bench.Secret);
            for (var i = 0; i < 60; i++)
            {
                if ((await keys.ChargeAsync(caller, Read(7))).IsAllowed)
                {
                    Interlocked.Increment(ref allowed);
                }
            }
        }))));

        Assert.Equal(10_000 / 7, allowed);
        Assert.Equal(Cost.FromCents(10_000 / 7 * 7), (await bench.Keys.FindAsync(bench.KeyId))!.Spent);
        Assert.Empty(await bench.Keys.VerifyAsync());
        await Task.WhenAll(others.Select(keys => keys.DisposeAsync().AsTask()));
    }

    [Fact]
    public async Task Rows_of_a_table_with_a_trigger_are_loaded_for_every_batch()
    {
        await using var bench = await Bench.CreateAsync(
            "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.budget_used_cents >= 30 THEN NEW.revoked_at = now(); END IF; RETURN NEW; END $$",
            "CREATE TRIGGER stop BEFORE UPDATE ON sdk_api_keys FOR EACH ROW EXECUTE FUNCTION stop()");
        Assert.True((await bench.ChargeAsync()).IsAllowed);
        Assert.True((await bench.ChargeAsync()).IsAllowed);
        Assert.Equal(KeyFault.Revoked, (await bench.ChargeAsync()).Denial!.Fault);
        Assert.Equal((3, 0), (bench.Log.Locked, bench.Log.Recalled));
    }

    [Fact]
    public async Task A_role_that_may_not_read_versions_charges_all_the_same()
    {
        await using var bench = await Bench.CreateAsync();
        var (role, asRole) = await bench.Database.CreateRoleAsync();
        await bench.Database.ExecuteAsync($"REVOKE SELECT (xmin) ON sdk_api_keys FROM {role}");
        await using var keys = new AgentKeys(PostgresKeyStore.Open(asRole));
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await keys.ChargeAsync(keys.Identify(bench.Secret), Read(15))).IsAllowed);
        }
    }

    /// <summary>Takes holds in one batch and settles them in another.</summary>
    private static async Task<Databases> SettleTogetherAsync(int count)
    {
        await using var bench = await Bench.CreateAsync();
        var holds = await bench.InOneBatchAsync(() => Task.WhenAll(Enumerable.Range(0, count).Select(_ => bench.Keys.HoldAsync(bench.Caller, Read(15), Minute))));
        var settled = await bench.InOneBatchAsync(() => Task.WhenAll(holds.Select(hold => bench.Keys.SettleAsync(hold.Receipt!, Cost.FromCents(7)))));
        Assert.All(settled, result => Assert.Equal(SettleOutcome.Settled, result.Outcome));
        return bench.Database;
    }

    private static ChargeRequest Read(int cents) => new("docs.read", Cost.FromCents(cents));

    private static string CodeOf(Denial denial) => denial.Fault is { } fault ? $"{denial.Code}: {fault}" : denial.Code;

    /// <summary>One key of $100, and what is sent to charge it.</summary>
    private sealed class Bench : IAsyncDisposable
    {
        private readonly Npgsql.NpgsqlDataSource _source;

        private Bench(Databases database, StatementLog log)
        {
            Database = database;
            Log = log;
            _source = log.Open(database.ConnectionString);
            Keys = new AgentKeys(new PostgresKeyStore(_source));
        }

        public Databases Database { get; }

        public StatementLog Log { get; }

        public AgentKeys Keys { get; }

        public string Secret { get; private set; } = "";

        public string KeyId { get; private set; } = "";

        public Caller Caller => Keys.Identify(Secret);

        public static async Task<Bench> CreateAsync(params string[] afterMigration)
        {
            var database = await Databases.CreateAsync();
            await using (var admin = database.Open())
            {
                await admin.MigrateAsync();
            }

            foreach (var sql in afterMigration)
            {
                await database.ExecuteAsync(sql);
            }

            var bench = new Bench(database, new StatementLog());
            var created = await bench.Keys.CreateAsync(new NewKey
            {
                AccountId = "acme",
                Scopes = ScopeSet.Of("docs.*"),
                Budget = new Budget(Cost.FromDollars(100), BudgetPeriod.Once),
            });
            (bench.Secret, bench.KeyId) = (created.Secret.Reveal(), created.Key.Id);
            return bench;
        }

        public Task<ChargeDecision> ChargeAsync(int cents = 15) => Keys.ChargeAsync(Caller, Read(cents));

        /// <summary>Somebody else locks every key, and changes none.</summary>
        public Task<LockedRows> LockRowsAsync() => LockedRows.OfAsync(Database.ConnectionString);

        /// <summary>Waits for an instant of the server's clock.</summary>
        public async Task WaitUntilAsync(string instant)
        {
            while (!(bool)(await Database.ExecuteAsync($"SELECT clock_timestamp() >= {instant} FROM sdk_api_keys"))!)
            {
                await Task.Delay(10);
            }
        }

        /// <summary>Starts operations while a batch is under way, so that they make up the next one.</summary>
        public async Task<T> InOneBatchAsync<T>(Func<Task<T>> start)
        {
            await using var locked = await LockRowsAsync();
            var before = ChargeAsync(1);
            await Database.WaitForBlockedAsync(1);
            var last = start();
            await locked.UnlockAsync();
            await before;
            return await last;
        }

        public AgentKeys OpenAnother() => Database.Open();

        public async ValueTask DisposeAsync()
        {
            await Keys.DisposeAsync();
            await _source.DisposeAsync();
        }
    }
}
