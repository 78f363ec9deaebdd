using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres.Tests;

/// <summary>Tables that the store cannot work on: refused at start-up, and explained by an examination.</summary>
public sealed class ExaminationTests
{
    [Theory]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN expires_at TYPE TIMESTAMP", "column_type", "expires_at", "timestamp with time zone", "timestamp without time zone")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN scopes TYPE TEXT", "column_type", "scopes", "text[] or character varying[]", "text")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN budget_cents TYPE NUMERIC", "column_type", "budget_cents", "integer or bigint", "numeric")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN parent_id TYPE TEXT", "column_type", "parent_id", "the type of id: bigint", "text")]
    [InlineData("ALTER TABLE sdk_api_keys DROP COLUMN name, ADD COLUMN name TEXT GENERATED ALWAYS AS (key_prefix) STORED", "column_generated", "name", "a column that can be written", "a generated column")]
    [InlineData("ALTER TABLE sdk_api_keys DROP COLUMN key_hash", "column_unknown", "key_hash", "text or character varying", "no such column")]
    [InlineData("ALTER TABLE sdk_api_keys DROP CONSTRAINT sdk_api_keys_pkey", "id_not_unique", "id", "a primary key or unique index", "none")]
    [InlineData("ALTER TABLE sdk_api_keys RENAME TO t; CREATE VIEW sdk_api_keys AS SELECT * FROM t", "not_a_table", null, "an ordinary table", "a view")]
    [InlineData("ALTER TABLE sdk_api_keys RENAME TO t; CREATE MATERIALIZED VIEW sdk_api_keys AS SELECT * FROM t", "not_a_table", null, "an ordinary table", "a materialized view")]
    [InlineData("DROP TABLE sdk_api_keys; CREATE TABLE sdk_api_keys (id BIGINT, key_hash TEXT) PARTITION BY HASH (id)", "not_a_table", null, "an ordinary table", "a partitioned table")]
    [InlineData("DROP TABLE sdk_api_keys; CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE sdk_api_keys (id BIGINT) SERVER s", "not_a_table", null, "an ordinary table", "a foreign table")]
    [InlineData("ALTER TABLE sdk_api_keys_spending ALTER COLUMN day TYPE TIMESTAMP", "column_type", "day", "date", "timestamp without time zone", "_spending")]
    [InlineData("ALTER TABLE sdk_api_keys_budgets ALTER COLUMN used_micros TYPE INTEGER", "column_type", "used_micros", "bigint", "integer", "_budgets")]
    [InlineData("ALTER TABLE sdk_api_keys_events RENAME TO t; CREATE VIEW sdk_api_keys_events AS SELECT * FROM t", "not_a_table", null, "an ordinary table", "a view", "_events")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN key_hash TYPE VARCHAR(63)", "column_narrow", "key_hash", "at least 64 characters", "63")]
    [InlineData("CREATE RULE nothing AS ON UPDATE TO sdk_api_keys DO INSTEAD NOTHING", "rules", null, "no rule that replaces an update", "nothing")]
    [InlineData("CREATE RULE nothing AS ON INSERT TO sdk_api_keys_ledger DO INSTEAD NOTHING", "rules", null, "no rule that replaces what is written", "nothing", "_ledger")]
    [InlineData("CREATE RULE nothing AS ON DELETE TO sdk_api_keys_holds WHERE OLD.budget <> '' DO INSTEAD NOTHING", "rules", null, "no rule that replaces what is written", "nothing", "_holds")]
    [InlineData("CREATE TABLE other () INHERITS (sdk_api_keys)", "inherited", null, "no tables that inherit from it", "some")]
    public async Task Row63_What_no_migration_may_change_is_refused_and_explained(string damage, string code, string? column, string expected, string found, string suffix = "")
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync(damage);
        await using var keys = database.Open();
        foreach (var refusal in new[] { await Assert.ThrowsAsync<SchemaException>(() => keys.ListAsync()), await Assert.ThrowsAsync<SchemaException>(() => keys.MigrateAsync()) })
        {
            Assert.Contains($"\"sdk_api_keys{suffix}\"{(column is null ? "" : $", {column}")}: expected {expected}, found {found}; ", refusal.Message, StringComparison.Ordinal);
        }

        var finding = Assert.Single(await keys.ExamineAsync(), finding => finding.Code == code);
        Assert.Equal((FindingSeverity.Error, $"\"sdk_api_keys{suffix}\"", column, expected, found), (finding.Severity, finding.Table, finding.Column, finding.Expected, finding.Found));
    }

    [Theory]
    [InlineData("ALTER TABLE sdk_api_keys DROP COLUMN budget_drawn_micros", "column_missing")]
    [InlineData("ALTER TABLE sdk_api_keys DROP COLUMN account_id, DROP COLUMN key_prefix, DROP COLUMN created_at", "column_missing")]
    [InlineData("DROP INDEX sdk_api_keys_key_hash_key", "index_missing")]
    [InlineData("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'sdk_api_keys_key_hash_key'::regclass", "index_invalid")]
    [InlineData("DROP INDEX sdk_api_keys_ledger_operation; CREATE INDEX sdk_api_keys_ledger_operation ON sdk_api_keys_ledger (key_id, operation_id)", "index_invalid")]
    [InlineData("ALTER TABLE sdk_api_keys_ledger DROP COLUMN tool", "column_missing")]
    [InlineData("DROP TABLE sdk_api_keys_holds", "table_missing")]
    [InlineData("DROP INDEX sdk_api_keys_external_subject_key; CREATE UNIQUE INDEX sdk_api_keys_external_subject_key ON sdk_api_keys (account_id, external_subject)", "index_missing")]
    [InlineData("DROP INDEX sdk_api_keys_key_hash_key; CREATE UNIQUE INDEX sdk_api_keys_key_hash_key ON sdk_api_keys (key_hash) WHERE revoked_at IS NULL", "index_missing")]
    [InlineData("DROP INDEX sdk_api_keys_budgets_name; CREATE UNIQUE INDEX sdk_api_keys_budgets_name ON sdk_api_keys_budgets (owner)", "index_missing")]
    public async Task Row63_What_a_migration_mends_is_refused_until_it_ran(string damage, string code)
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync(damage);
        await using (var keys = database.Open())
        {
            Assert.Contains("agentkey migrate", (await Assert.ThrowsAsync<SchemaException>(() => keys.ListAsync())).Message, StringComparison.Ordinal);
            Assert.Contains(await keys.ExamineAsync(), finding => finding.Code == code && finding.Severity == FindingSeverity.Error);
            await keys.MigrateAsync();
            Assert.Empty(await keys.ListAsync());
            Assert.Empty(await keys.ExamineAsync());
            var hosts = System.Text.RegularExpressions.Regex.Match(damage, "CREATE UNIQUE INDEX .*").Value;
            Assert.True(hosts.Length == 0 || await database.ExecuteAsync($"SELECT count(*) FROM pg_indexes WHERE replace(replace(indexdef, 'public.', ''), 'USING btree ', '') LIKE '{hosts.Split(" WHERE")[0]}%'") is 1L);
        }

        await using var store = PostgresKeyStore.Open(database.ConnectionString);
        Assert.Empty(await store.PlanMigrationAsync());
    }

    [Fact]
    public async Task Row63_Row_level_security_is_refused_where_it_applies()
    {
        var database = await MigratedAsync();
        var role = "agent_" + Guid.NewGuid().ToString("N")[..12];
        await database.ExecuteAsync(
            $"CREATE ROLE {role} LOGIN PASSWORD '{role}'; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}; ALTER TABLE sdk_api_keys ENABLE ROW LEVEL SECURITY");
        await using var admin = database.Open();
        Assert.Equal(FindingSeverity.Warning, Assert.Single(await admin.ExamineAsync()).Severity);
        Assert.Empty(await admin.ListAsync());
        var asRole = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = role }.ToString();
        await using var keys = new AgentKeys(PostgresKeyStore.Open(asRole));
        Assert.Contains("row level security", (await Assert.ThrowsAsync<SchemaException>(() => keys.ListAsync())).Message, StringComparison.Ordinal);
        Assert.Equal(("row_security", FindingSeverity.Error), (Assert.Single(await keys.ExamineAsync()).Code, Assert.Single(await keys.ExamineAsync()).Severity));
    }

    [Theory]
    [InlineData("ALTER TABLE sdk_api_keys ADD COLUMN tenant UUID NOT NULL", "column_required")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN expires_at SET NOT NULL, ALTER COLUMN expires_at SET DEFAULT now()", "column_required")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN last_used_at SET NOT NULL", "column_required")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN id DROP IDENTITY", "id_without_default")]
    [InlineData("CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER audit BEFORE UPDATE ON sdk_api_keys FOR EACH ROW EXECUTE FUNCTION f()", "triggers")]
    [InlineData("CREATE RULE more AS ON UPDATE TO sdk_api_keys DO ALSO NOTIFY updates", "rules")]
    [InlineData("DROP INDEX sdk_api_keys_parent_id_idx", "index_missing")]
    [InlineData("ALTER TABLE sdk_api_keys ADD CHECK (budget_used_cents <= budget_cents)", "check_constraint")]
    [InlineData("ALTER TABLE sdk_api_keys_budgets ADD CHECK (used_micros <= cap_micros) NOT VALID", "check_constraint")]
    [InlineData("CREATE DOMAIN cents AS INTEGER CHECK (VALUE < 1000); ALTER TABLE sdk_api_keys ALTER COLUMN budget_used_cents TYPE cents", "check_constraint")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN key_prefix TYPE VARCHAR(8)", "column_narrow")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN name TYPE VARCHAR(5)", "column_narrow")]
    [InlineData("ALTER TABLE sdk_api_keys ALTER COLUMN budget_period TYPE VARCHAR(3)", "column_narrow")]
    [InlineData("CREATE DOMAIN short AS VARCHAR(63); ALTER TABLE sdk_api_keys ALTER COLUMN previous_key_hash TYPE short", "column_narrow")]
    public async Task What_may_go_on_is_a_warning(string damage, string code)
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync(damage);
        await using var keys = database.Open();
        Assert.Empty(await keys.ListAsync());
        Assert.Equal((code, FindingSeverity.Warning), (Assert.Single(await keys.ExamineAsync()).Code, Assert.Single(await keys.ExamineAsync()).Severity));
    }

    [Fact]
    public async Task A_check_that_a_charge_cannot_break_is_none_of_ours()
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync("ALTER TABLE sdk_api_keys ADD COLUMN region TEXT CHECK (region <> ''), ADD CHECK (length(key_hash) >= 64)");
        await using var keys = database.Open();
        Assert.Empty(await keys.ExamineAsync());
    }

    [Fact]
    public async Task A_hash_column_that_holds_no_pepper_is_noted_and_keeps_its_plain_hash()
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync("ALTER TABLE sdk_api_keys ALTER COLUMN key_hash TYPE VARCHAR(64)");
        await using var plain = database.Open();
        var (_, id) = await Databases.MintAsync(plain);
        var secret = (await plain.RotateAsync(id, TimeSpan.Zero))!.Secret.Reveal();
        var noted = Assert.Single(await plain.ExamineAsync());
        Assert.Equal(("column_narrow", FindingSeverity.Note, "key_hash"), (noted.Code, noted.Severity, noted.Column));

        var options = new AgentKeysOptions { Peppers = { Current = "p1" } };
        options.Peppers.Add("p1", new byte[32]);
        await using var peppered = new AgentKeys(PostgresKeyStore.Open(database.ConnectionString), options);
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await peppered.ChargeAsync(peppered.Identify(secret), new Charging.ChargeRequest("docs.read", Money.Cost.FromCents(1)))).IsAllowed);
        }

        Assert.Equal(64, await database.ExecuteAsync("SELECT length(key_hash) FROM sdk_api_keys"));
        Assert.Equal(Money.Cost.FromCents(3), (await plain.FindAsync(id))!.Spent);
    }

    [Fact]
    public async Task A_row_that_the_table_does_not_take_is_refused_without_repeating_it()
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync("ALTER TABLE sdk_api_keys ADD COLUMN tenant UUID NOT NULL");
        await using var keys = database.Open();
        var refusal = await Assert.ThrowsAsync<SchemaException>(() => keys.CreateAsync(
            new Keys.NewKey { AccountId = "acme", Scopes = Scopes.ScopeSet.Of("docs.*"), Budget = null }));
        Assert.Contains("tenant", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("acme", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_rows_allow_is_noted()
    {
        var database = await MigratedAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO sdk_api_keys (account_id, key_hash, key_prefix, scopes, budget_cents, budget_period, budget_reset_at) VALUES
                ('acme', repeat('a', 64), 'ak_', NULL, 100, 'day', NULL), ('acme', repeat('b', 64), 'ak_', '{admin}', NULL, NULL, NULL),
                (NULL, repeat('c', 64), 'ak_', '{}', 100, 'month', now() + interval '3 years')
            """);
        await using var keys = database.Open();
        var found = (await keys.ExamineAsync()).Select(finding => finding.Code).Order(StringComparer.Ordinal);
        Assert.Equal(["account_missing", "cap_missing", "reset_far", "reset_missing", "scope_admin", "scopes_empty", "scopes_unlimited"], found);
    }

    private static async Task<Databases> MigratedAsync()
    {
        var database = await Databases.CreateAsync();
        await using var keys = database.Open();
        await keys.MigrateAsync();
        return database;
    }
}
