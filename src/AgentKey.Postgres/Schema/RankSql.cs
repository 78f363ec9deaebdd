using AgentKey.Storage;
using Npgsql;
using NpgsqlTypes;
using static AgentKey.Postgres.Schema.SqlCommands;

namespace AgentKey.Postgres.Schema;

/// <summary>
/// The statements that keep what each key has spent since one day, so that the largest are found without adding up the
/// days of all: with a call a day there are as many days as ledger entries.
/// </summary>
/// <remarks>
/// It is as far as the sums of the keys are, and changed under their lock. Who brings those up to date and not these, a
/// role without the right or an older version, leaves another number there than here, and it is made anew.
/// </remarks>
internal sealed class RankSql(KeysTable table, SpendingSql sums)
{
    /// <summary>Where the rollups say since when and how far.</summary>
    public const string Part = "rank";

    private readonly string _spenders = table.Spenders.Sql;
    private readonly string _spending = table.Spending.Sql;

    public NpgsqlCommand Clear() => Command($"DELETE FROM {_spenders}");

    public NpgsqlCommand Fill(DateOnly since) => Command(
        $"INSERT INTO {_spenders} (key_id, amount_micros) SELECT key_id, sum(amount_micros)::bigint FROM {_spending} WHERE day >= $1 AND key_id <> '' GROUP BY 1",
        SpendingSql.Day(since));

    public NpgsqlCommand Begin(DateOnly since, long upto) => Command(
        $"INSERT INTO {table.Rollups.Sql} (part, since, upto) VALUES ('{Part}', $1, $2) ON CONFLICT (part) DO UPDATE SET since = excluded.since, upto = excluded.upto",
        SpendingSql.Day(since), Parameter(NpgsqlDbType.Bigint, upto));

    /// <summary>The days of the keys that spent most since a day, from sums that are complete up to a sequence number, and the ledger.</summary>
    public NpgsqlCommand ReadLargest(SpendingQuery query, DateOnly first, long upto) => Command(
        $"""
        WITH recent AS MATERIALIZED (
            {sums.OfLedger(query, "sequence > $4")}
            UNION ALL
            {sums.OfLedger(query, "sequence <= $4 AND at < $6")}),
        largest AS MATERIALIZED (
            SELECT name FROM (SELECT key_id AS name, amount_micros AS micros FROM {_spenders} UNION ALL SELECT name, micros FROM recent) known
            GROUP BY name ORDER BY sum(micros) DESC, name LIMIT $3)
        SELECT day, name, sum(calls)::bigint, sum(micros)::bigint FROM (
            SELECT day, name, calls, micros FROM recent WHERE name IN (SELECT name FROM largest)
            UNION ALL
            SELECT day, key_id, calls, amount_micros FROM {_spending} WHERE {sums.EachDay("$5")} AND key_id = ANY(ARRAY(SELECT name FROM largest))) days
        GROUP BY 1, 2
        """,
        Text(query.KeyId), Instant(query.Since), Parameter(NpgsqlDbType.Integer, query.Groups), Parameter(NpgsqlDbType.Bigint, upto),
        SpendingSql.Day(first), Instant(SpendingSql.Midnight(first)));
}
