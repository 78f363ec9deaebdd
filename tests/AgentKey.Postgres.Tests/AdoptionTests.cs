using System.Security.Cryptography;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Postgres.Tests;

/// <summary>Tables that were there before us.</summary>
public sealed class AdoptionTests
{
    private static readonly ChargeRequest Read = new("docs.read", Cost.FromCents(15));

    [Fact]
    public async Task A_row_of_the_typescript_library_is_served_as_it_is()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        var secret = "ak_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await database.ExecuteAsync(
            $"INSERT INTO sdk_api_keys (account_id, key_hash, key_prefix, scopes, budget_cents, budget_used_cents) VALUES ('acme', '{SecretHash.Of(secret).Hex}', 'ak_', NULL, 40, NULL)");
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var caller = keys.Identify(secret);
        Assert.Equal(Cost.FromCents(25), (await keys.ChargeAsync(caller, Read)).Remaining);
        Assert.Equal(15, await database.ExecuteAsync("SELECT budget_used_cents FROM sdk_api_keys"));

        // trackUsage of the TypeScript library, in between.
        await database.ExecuteAsync("UPDATE sdk_api_keys SET budget_used_cents = budget_used_cents + 20 WHERE budget_used_cents + 20 <= budget_cents");
        Assert.Equal(Cost.FromCents(5), (await keys.ChargeAsync(caller, Read)).Denial!.Remaining);
    }

    [Fact]
    public async Task Both_libraries_at_the_same_time_never_overspend()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(new NewKey
        {
            AccountId = "acme",
            Scopes = Scopes.ScopeSet.Of("docs.*"),
            Budget = new Budgets.Budget(Cost.FromDollars(5), Budgets.BudgetPeriod.Once),
        });
        var caller = keys.Identify(created.Secret.Reveal());
        var fraction = new ChargeRequest("docs.read", Cost.FromCents(0.7m));
        const string trackUsage = "UPDATE sdk_api_keys SET budget_used_cents = budget_used_cents + 3 WHERE budget_used_cents + 3 <= budget_cents RETURNING 1";

        // The first of theirs before ours begin, and ours a few at a time: on a busy machine either side could else be done before the other starts.
        var foreign = await database.ExecuteAsync(trackUsage) is null ? 0 : 1;
        var ours = Task.Run(() => ChargeManyAsync(keys, caller, fraction));
        for (var i = 0; i < 300; i++)
        {
            foreign += await database.ExecuteAsync(trackUsage) is null ? 0 : 1;
        }

        var spent = (await ours * fraction.Cost.MicroCents) + (foreign * Cost.FromCents(3).MicroCents);
        Assert.True(spent <= Cost.FromDollars(5).MicroCents, $"{Cost.FromMicroCents(spent)} was spent of $5.00");
        Assert.Equal(spent, (await keys.FindAsync(created.Key.Id))!.Spent.MicroCents);
        Assert.True(foreign > 0);
        Assert.Empty(await keys.VerifyAsync());
    }

    [Theory]
    [InlineData("America/New_York")]
    [InlineData("Pacific/Auckland")]
    public async Task Row48_The_sessions_time_zone_moves_no_boundary(string zone)
    {
        var database = await Databases.CreateAsync();
        await using var utc = database.Open();
        await utc.MigrateAsync();
        await using var elsewhere = new AgentKeys(PostgresKeyStore.Open($"{database.ConnectionString};Timezone={zone}"));
        foreach (var period in new[] { Budgets.BudgetPeriod.Day, Budgets.BudgetPeriod.Month })
        {
            var key = new NewKey { AccountId = "acme", Scopes = Scopes.ScopeSet.Of("docs.*"), Budget = new Budgets.Budget(Cost.FromDollars(1), period) };
            var created = await elsewhere.CreateAsync(key);
            var caller = elsewhere.Identify(created.Secret.Reveal());
            await database.ExecuteAsync($"UPDATE sdk_api_keys SET budget_reset_at = '2026-01-01Z', budget_used_until = '2026-01-01Z', budget_anchor_at = '2025-01-01Z' WHERE id = {created.Key.Id}");
            Assert.True((await elsewhere.ChargeAsync(caller, Read)).IsAllowed);
            var resetsAt = (await utc.FindAsync(created.Key.Id))!.ResetsAt!.Value;
            Assert.Equal(TimeSpan.Zero, resetsAt.UtcDateTime.TimeOfDay);
            Assert.True(period == Budgets.BudgetPeriod.Day || resetsAt.UtcDateTime.Day == 1);
            Assert.Equal(resetsAt, (await elsewhere.FindAsync(created.Key.Id))!.ResetsAt);
        }
    }

    [Theory]
    [InlineData("BIGSERIAL PRIMARY KEY")]
    [InlineData("UUID PRIMARY KEY DEFAULT gen_random_uuid()")]
    [InlineData("TEXT PRIMARY KEY DEFAULT md5(random()::text)")]
    public async Task Every_usual_type_of_id_works(string idType)
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync("app_keys", idType);
        await using var keys = database.Open(new PostgresKeyStoreOptions { Table = "app_keys" });
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = Scopes.ScopeSet.Of("docs.*"), Budget = null });
        Assert.True((await keys.ChargeAsync(keys.Identify(created.Secret.Reveal()), Read)).IsAllowed);
        Assert.Null(await keys.FindAsync("12abc; --"));
        Assert.True(await keys.RevokeAsync(created.Key.Id));
    }

    [Fact]
    public async Task An_accounts_ceiling_binds_however_its_uuid_is_written()
    {
        const string account = "0b5e6f0a-9c1d-4c53-8f3e-aaaaaaaaaaaa";
        var database = await Databases.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE sdk_api_keys (id BIGSERIAL PRIMARY KEY, account_id UUID, key_hash TEXT NOT NULL UNIQUE)");
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var key = await keys.CreateAsync(new NewKey { AccountId = account, Scopes = Scopes.ScopeSet.Of("docs.*"), Budget = null });
        var owner = Budgets.BudgetOwner.Account(account.ToUpperInvariant());
        await keys.SetBudgetAsync(owner, "all", new Budgets.Budget(Cost.FromCents(15), Budgets.BudgetPeriod.Once));
        Assert.True((await keys.ChargeAsync(keys.Identify(key.Secret.Reveal()), Read)).IsAllowed);
        Assert.Equal($"account:{account}/all", (await keys.ChargeAsync(keys.Identify(key.Secret.Reveal()), Read)).Denial?.RefusedBy);
        Assert.Equal(Cost.FromCents(15), Assert.Single(await keys.ListBudgetsAsync(owner)).Spent);
        Assert.True(await keys.RaiseBudgetAsync(owner, "all", Cost.FromCents(15), TimeSpan.FromHours(1)));
        Assert.Single(await keys.ListAsync(new KeyQuery { AccountId = account.ToUpperInvariant() }));
        Assert.NotNull(await keys.RotateAsync(key.Key.Id, TimeSpan.Zero, account.ToUpperInvariant()));
        Assert.True(await keys.RemoveBudgetAsync(owner, "all"));
        var refusal = await Assert.ThrowsAsync<InvalidFieldException>(
            () => keys.SetBudgetAsync(Budgets.BudgetOwner.Account("acme"), "all", new Budgets.Budget(Cost.FromCents(15), Budgets.BudgetPeriod.Once)));
        Assert.Equal("accountId", refusal.Field);
    }

    [Fact]
    public async Task A_key_can_be_changed_and_delegated_however_its_accounts_uuid_is_written()
    {
        const string account = "0b5e6f0a-9c1d-4c53-8f3e-aaaaaaaaaaaa";
        var capitals = account.ToUpperInvariant();
        var database = await Databases.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE sdk_api_keys (id BIGSERIAL PRIMARY KEY, account_id UUID, key_hash TEXT NOT NULL UNIQUE)");
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var budget = new Budgets.Budget(Cost.FromCents(45), Budgets.BudgetPeriod.Once);
        var key = await keys.CreateAsync(new NewKey { AccountId = account, Scopes = Scopes.ScopeSet.Of("docs.*"), Budget = budget });
        Assert.True(await keys.ChangeCapAsync(key.Key.Id, Cost.FromCents(30), capitals));
        var child = await keys.CreateAsync(new NewKey { AccountId = capitals, Scopes = Scopes.ScopeSet.Of("docs.read"), Budget = null, ParentId = key.Key.Id });
        Assert.Equal(account, child.Key.AccountId);
        Assert.True(await keys.RevokeAsync(key.Key.Id, capitals));
        Assert.False((await keys.ChargeAsync(keys.Identify(child.Secret.Reveal()), Read)).IsAllowed);
    }

    [Fact]
    public async Task A_row_without_a_hash_opens_for_nobody_and_hides_no_other()
    {
        var database = await Databases.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE sdk_api_keys (id BIGSERIAL PRIMARY KEY, account_id TEXT, key_hash TEXT UNIQUE, external_subject TEXT UNIQUE)");
        await database.ExecuteAsync("INSERT INTO sdk_api_keys (account_id, external_subject) VALUES ('acme', 'machine'), ('acme', NULL)");
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var (caller, _) = await Databases.MintAsync(keys);
        await keys.PingAsync();
        Assert.Equal(3, (await keys.ListAsync()).Count);
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.True((await keys.ChargeAsync(keys.IdentifySubject("machine"), Read)).IsAllowed);
        Assert.False((await keys.ChargeAsync(keys.Identify(""), Read)).IsAllowed);
    }

    [Fact]
    public async Task A_conflict_with_the_hosts_own_constraint_is_told_by_its_name()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        await database.ExecuteAsync("ALTER TABLE sdk_api_keys ADD CONSTRAINT one_name_each UNIQUE (account_id, name)");
        var key = new NewKey { AccountId = "acme", Name = "crawler", Scopes = Scopes.ScopeSet.Of("docs.*"), Budget = null };
        await keys.CreateAsync(key);
        Assert.Contains("one_name_each", (await Assert.ThrowsAsync<SchemaException>(() => keys.CreateAsync(key))).Message, StringComparison.Ordinal);
        Assert.Contains("one_name_each", (await Assert.ThrowsAsync<SchemaException>(() => keys.EnsureSubjectAsync("machine", key))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_index_build_is_found_and_repaired()
    {
        var database = await Databases.CreateAsync();
        await database.CreateTypeScriptTableAsync();
        await database.ExecuteAsync("CREATE UNIQUE INDEX sdk_api_keys_external_subject_key ON sdk_api_keys (external_subject) WHERE external_subject IS NOT NULL");
        await database.ExecuteAsync("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'sdk_api_keys_external_subject_key'::regclass");
        await using var keys = database.Open();
        await keys.MigrateAsync();
        Assert.Equal(true, await database.ExecuteAsync("SELECT indisvalid FROM pg_index WHERE indexrelid = 'sdk_api_keys_external_subject_key'::regclass"));
    }

    [Fact]
    public async Task Row62_A_name_of_63_bytes_keeps_all_of_its_indexes()
    {
        var database = await Databases.CreateAsync();
        var options = new PostgresKeyStoreOptions { Table = new string('t', 63) };
        await using var keys = database.Open(options);
        await keys.MigrateAsync();
        Assert.Equal(18L, await database.ExecuteAsync("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task Row62_A_schema_of_its_own_and_a_reserved_word_are_quoted()
    {
        var database = await Databases.CreateAsync();
        await database.ExecuteAsync("CREATE SCHEMA \"Auth\"");
        await using var keys = database.Open(new PostgresKeyStoreOptions { Table = "Auth.user" });
        await keys.MigrateAsync();
        Assert.Empty(await keys.ListAsync());
    }

    [Fact]
    public async Task An_expiry_that_the_driver_cannot_read_is_far_away_and_alive()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var created = await keys.CreateAsync(new NewKey { AccountId = "acme", Scopes = Scopes.ScopeSet.Of("docs.*"), Budget = null });
        await database.ExecuteAsync("UPDATE sdk_api_keys SET expires_at = '120000-06-01'");
        Assert.True((await keys.ChargeAsync(keys.Identify(created.Secret.Reveal()), Read)).IsAllowed);
        Assert.Equal(9999, (await keys.FindAsync(created.Key.Id))!.ExpiresAt!.Value.Year);
    }

    [Theory]
    [InlineData("")]
    [InlineData("keys\"; DROP TABLE x; --")]
    [InlineData("keys WHERE 1=1")]
    [InlineData("a.b.c")]
    [InlineData("1keys")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Row62_A_table_name_that_is_no_identifier_is_refused(string table)
    {
        var error = Assert.Throws<InvalidFieldException>(() => PostgresKeyStore.Open("Host=127.0.0.1", new PostgresKeyStoreOptions { Table = table }));
        Assert.Equal("table", error.Field);
    }

    [Fact]
    public async Task A_collation_that_does_not_tell_letters_apart_is_searched_and_examined()
    {
        var database = await Databases.CreateAsync();
        await database.ExecuteAsync(
            """
            CREATE COLLATION same (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            CREATE TABLE sdk_api_keys (id BIGSERIAL PRIMARY KEY, account_id TEXT COLLATE same, key_hash TEXT COLLATE same NOT NULL, key_prefix TEXT COLLATE same,
                name TEXT COLLATE same, delegated_by TEXT COLLATE same, external_subject TEXT COLLATE same, user_id TEXT COLLATE same,
                budget_period TEXT COLLATE same, scopes TEXT[] COLLATE same)
            """);
        await using var keys = database.Open();
        await keys.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(keys);
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);

        Assert.DoesNotContain(await keys.ExamineAsync(), finding => finding.Severity != FindingSeverity.Note);
        Assert.Equal(id, Assert.Single(await keys.ListAsync(new KeyQuery { Search = "aC" })).Id);
        Assert.Equal(id, Assert.Single(await keys.ListAsync(new KeyQuery { AccountId = "acme" })).Id);
        Assert.Empty(await keys.ListAsync(new KeyQuery { AccountId = "ACME" }));
        Assert.Null(await keys.RotateAsync(id, TimeSpan.Zero, "ACME"));
        await database.ExecuteAsync("UPDATE sdk_api_keys SET key_hash = upper(key_hash)");
        Assert.Single(await keys.ExamineAsync(), finding => finding.Code == "hash_malformed");
    }

    /// <summary>What a connection has prepared returns columns of the types of then. The server says so once for each.</summary>
    [Theory]
    [InlineData("previous_key_hash")]
    [InlineData("key_hash")]
    public async Task A_column_whose_type_is_changed_while_we_run_fails_no_call(string column)
    {
        var database = await Databases.CreateAsync();
        await using var admin = database.Open();
        await admin.MigrateAsync();
        var (caller, id) = await Databases.MintAsync(admin);
        await using var keys = database.Open();
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        await keys.ValidateAsync(caller);
        await database.ExecuteAsync($"ALTER TABLE sdk_api_keys ALTER COLUMN {column} TYPE VARCHAR(97)");

        Assert.NotNull((await keys.ValidateAsync(caller)).Key);
        Assert.NotNull(await keys.FindAsync(id));
        Assert.True((await keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Empty(await keys.VerifyAsync());
    }

    [Fact]
    public async Task A_missing_table_and_a_missing_column_name_the_command()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        Assert.Contains("agentkey migrate", (await Assert.ThrowsAsync<SchemaException>(() => keys.ListAsync())).Message, StringComparison.Ordinal);
        await database.CreateTypeScriptTableAsync();
        Assert.Contains("budget_used_micros", (await Assert.ThrowsAsync<SchemaException>(() => keys.ListAsync())).Message, StringComparison.Ordinal);
    }

    private static async Task<int> ChargeManyAsync(AgentKeys keys, Caller caller, ChargeRequest request)
    {
        var admitted = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, cancellationToken) =>
        {
            if ((await keys.ChargeAsync(caller, request, cancellationToken)).IsAllowed)
            {
                Interlocked.Increment(ref admitted);
            }
        });
        return admitted;
    }
}
