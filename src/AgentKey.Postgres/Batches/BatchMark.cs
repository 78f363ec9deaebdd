namespace AgentKey.Postgres.Batches;

/// <summary>What a transaction says of itself.</summary>
/// <param name="Now">The server's time.</param>
/// <param name="Version">The version that it gives to every row that it writes: its own number.</param>
/// <param name="ServerStart">When the server was started; numbers of transactions may be given again by another server.</param>
/// <param name="Columns">Which columns the keys table had; null where versions are not followed. What changes them may change what a row says, and leave the row its version.</param>
internal readonly record struct BatchMark(DateTimeOffset Now, uint Version, DateTimeOffset ServerStart, long? Columns);
