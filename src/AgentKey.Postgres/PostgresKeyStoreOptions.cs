namespace AgentKey.Postgres;

/// <summary>Settings of <see cref="PostgresKeyStore"/>.</summary>
public sealed class PostgresKeyStoreOptions
{
    /// <summary>The keys table: <c>name</c> or <c>schema.name</c>, exactly as the catalog spells it.</summary>
    public string Table { get; set; } = "sdk_api_keys";

    /// <summary>What the table calls its columns; the names of the TypeScript library and ours unless you change them.</summary>
    public KeyColumns Columns { get; set; } = new();

    /// <summary>How many transactions may be under way at once; keys spread over them. The default is 2.</summary>
    public int Lanes { get; set; } = 2;

    /// <summary>
    /// Whether the hot path's statements stay prepared on the server. The default, <see langword="null"/>, says yes where
    /// nothing stands between us and it: a pooler hands the next transaction to a backend that does not know them, or that
    /// knows others by their names. Say <see langword="true"/> behind one that follows them, such as PgBouncer from 1.21
    /// with <c>max_prepared_statements</c>.
    /// </summary>
    public bool? PreparedStatements { get; set; }

    /// <summary>
    /// How long a statement may wait for a row's lock or run. The default is 4 seconds. Less than
    /// <see cref="AgentKeysOptions.StoreTimeout"/>: what is left of that is for finding out whose row is locked, so that only
    /// the calls that need it fail.
    /// </summary>
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(4);
}
