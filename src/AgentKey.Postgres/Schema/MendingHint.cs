namespace AgentKey.Postgres.Schema;

/// <summary>The command that mends a table, as a person types it. Without the table's name it would mend another one.</summary>
internal static class MendingHint
{
    private static readonly string DefaultTable = new PostgresKeyStoreOptions().Table;

    public static string Migrate(TableName keys) => $"run: agentkey migrate {OptionsFor(keys)}";

    public static string Examine(TableName keys) => $"run: agentkey doctor {OptionsFor(keys)}";

    /// <summary>A migration makes tables, and no schema: whose it is has to be decided.</summary>
    public static string CreateSchema(TableName keys) => keys.Schema is { } schema
        ? $"create it first: CREATE SCHEMA {SqlIdentifier.Quote(schema)}"
        : "name one: --table SCHEMA.NAME";

    private static string OptionsFor(TableName keys) => "--store postgres:..." + (keys.Text == DefaultTable ? "" : $" --table {keys.Text}");
}
