using AgentKey.Crash.Clients;
using AgentKey.Postgres;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Crash.Auditing;

/// <summary>Compares the clients' journals with the tables, by plain SQL and by the library's own verification.</summary>
public static class Audit
{
    private const int Charge = 1;
    private const int Void = 2;
    private const int Hold = 5;
    private const int Settle = 6;

    public static async Task<Verdict> RunAsync(string connectionString, IReadOnlyList<JournalEntry> journal)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        var entries = await ReadAsync(connection);
        var asked = journal.Select(entry => entry.Id).ToHashSet();
        var answers = journal.Where(entry => entry.Answer is not null).ToLookup(entry => entry.Id);
        var spending = entries.Where(entry => entry.Kind is Charge or Hold).ToLookup(entry => entry.Operation!);
        var endings = entries.Where(entry => entry.Kind is Void or Settle).ToLookup(entry => (entry.Kind, entry.RefersTo!));
        return new Verdict(
            asked.Count,
            answers.Count,
            await CountAsync(connection, OverCap),
            spending.Count(group => group.Count() > 1) + endings.Count(group => group.Count() > 1),
            answers.Count(answer => IsMissing(answer.ToArray(), spending, endings)),
            answers.Count(answer => answer.Any(entry => entry is { Kind: "charge" or "hold", Answer: not "allowed" }) && spending.Contains(answer.Key.OperationId)),
            spending.Count(group => !asked.Contains((group.First().Kind == Hold ? "hold" : "charge", group.Key))),
            await VerifyAsync(connectionString) + (int)await CountAsync(connection, SumsDiffer));
    }

    private static async Task<int> VerifyAsync(string connectionString)
    {
        await using var keys = new AgentKeys(PostgresKeyStore.Open(connectionString));
        try
        {
            return (await keys.VerifyAsync()).Count;
        }
        catch (SchemaException)
        {
            // Tables that have lost an index which keeps charges single are refused as a whole: that is a finding, too.
            return 1;
        }
    }

    // Every settlement of the clients is within its hold, so nothing may be above a cap.
    private const string OverCap = """
        SELECT count(*) FROM (
            SELECT 1 FROM sdk_api_keys WHERE budget_used_micros > budget_cents * 1000000::bigint OR budget_used_cents > budget_cents
            UNION ALL SELECT 1 FROM sdk_api_keys_budgets WHERE used_micros > cap_micros
            UNION ALL SELECT 1 FROM sdk_api_keys_ledger l JOIN sdk_api_keys k ON k.id::text = l.key_id AND l.budget IS NULL
                WHERE l.balance_micros > k.budget_cents * 1000000::bigint) AS over
        """;

    // No period ends during a run that does not cross midnight; the sum over a reset is 0 all the same.
    private const string SumsDiffer = """
        SELECT count(*) FROM sdk_api_keys k WHERE budget_used_micros <> (
            SELECT coalesce(sum(amount_micros), 0) FROM sdk_api_keys_ledger l WHERE l.key_id = k.id::text AND l.budget IS NULL AND l.balance_micros IS NOT NULL)
        """;

    private static bool IsMissing(JournalEntry[] answers, ILookup<string, LedgerRow> spending, ILookup<(int, string), LedgerRow> endings)
    {
        var answer = answers[0];
        return answer switch
        {
            { Kind: "charge" or "hold", Answer: "allowed" } => !spending[answer.OperationId].Any(entry => entry.Amount == answer.MicroCents),
            { Kind: "settle", Answer: "Settled" } => !endings[(Settle, answer.OperationId)].Any(
                entry => entry.Amount == answer.MicroCents - spending[answer.OperationId].Single().Amount),
            { Kind: "void" or "release", Answer: "Voided" } => !endings[(Void, answer.OperationId)].Any(),
            { Kind: "settle" or "void" or "release" } => true,
            _ => false,
        };
    }

    private static async Task<List<LedgerRow>> ReadAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT operation_id, refers_to, kind, amount_micros FROM sdk_api_keys_ledger ORDER BY sequence", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<LedgerRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(new LedgerRow(await TextAsync(reader, 0), await TextAsync(reader, 1), reader.GetInt16(2), reader.GetInt64(3)));
        }

        return rows;
    }

    private static async Task<string?> TextAsync(NpgsqlDataReader reader, int column) =>
        await reader.IsDBNullAsync(column) ? null : reader.GetString(column);

    private static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private sealed record LedgerRow(string? Operation, string? RefersTo, int Kind, long Amount);
}
