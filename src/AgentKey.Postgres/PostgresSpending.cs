using System.Data;
using System.Diagnostics;
using AgentKey.Postgres.Batches;
using AgentKey.Postgres.Schema;
using AgentKey.Storage;
using Npgsql;

namespace AgentKey.Postgres;

/// <summary>
/// Spending by day, from sums that its readers bring up to date, so that a charge pays nothing for them. What is not in
/// the sums yet is read from the ledger, in one snapshot with them.
/// </summary>
internal sealed class PostgresSpending(NpgsqlConnection connection, SpendingSql sql, SpendingQuery query, CancellationToken cancellationToken)
{
    // A reader waits this long for sums that are far behind; the next reader goes on.
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(1);

    private readonly string _part = SpendingSql.PartOf(query);

    // A day that the query has only a part of is read from the ledger.
    private readonly DateOnly _firstWholeDay = DateOnly.FromDateTime(query.Since.UtcDateTime.AddTicks(TimeSpan.TicksPerDay - 1));

    public async Task<IReadOnlyList<SpendingRow>> ReadAsync()
    {
        var rights = await ListAsync(sql.Rights(), row => (MayRead: row.GetBoolean(0), MayWrite: row.GetBoolean(1))).ConfigureAwait(false);
        if (rights is [(true, true)])
        {
            await CatchUpAsync().ConfigureAwait(false);
        }

        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(SpendingSql.Prepare()).ConfigureAwait(false);
        var found = rights is [(true, _)] ? await ListAsync(sql.Find(_part), row => (Since: row.GetFieldValue<DateOnly>(0), Upto: row.GetInt64(1))).ConfigureAwait(false) : [];
        var command = found is [var sums]
            ? sql.AddUp(query, sums.Since > _firstWholeDay ? sums.Since : _firstWholeDay, sums.Upto)
            : sql.AddUp(query, first: null, upto: 0);
        var rows = await ListAsync(
            command, row => new SpendingRow(row.GetFieldValue<DateOnly>(0), PostgresRows.Text(row, 1), row.GetInt64(2), row.GetInt64(3))).ConfigureAwait(false);
        await snapshot.CommitAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    private async Task CatchUpAsync()
    {
        await ExecuteAsync(sql.Begin(_part, _firstWholeDay)).ConfigureAwait(false);
        var (started, hasMarked) = (Stopwatch.GetTimestamp(), false);
        for (var step = Step.Added; step != Step.Done && Stopwatch.GetElapsedTime(started) < LongestCatchUp; hasMarked |= step == Step.Marked)
        {
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
            step = await AdvanceAsync(mayMark: !hasMarked).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Step> AdvanceAsync(bool mayMark)
    {
        var locked = await ListAsync(sql.Lock(_part), Rollup.Read).ConfigureAwait(false);
        if (locked is not [var rollup])
        {
            return Step.Done; // Another reader is at it.
        }

        if (rollup.Marked is not { } marked || marked <= rollup.Upto)
        {
            return mayMark && await ExecuteAsync(sql.Mark(_part)).ConfigureAwait(false) > 0 ? Step.Marked : Step.Done;
        }

        if (!rollup.IsSettled)
        {
            return Step.Done;
        }

        var after = rollup.Upto > 0 ? rollup.Upto : (await ListAsync(sql.FindFirst(rollup.Since, marked), row => row.GetInt64(0)).ConfigureAwait(false))[0] - 1;
        var upto = Math.Min(after + SpendingSql.Chunk, marked);
        await ExecuteAsync(sql.Add(_part, rollup.Since, after, upto)).ConfigureAwait(false);
        await ExecuteAsync(sql.Advance(_part, upto)).ConfigureAwait(false);
        return Step.Added;
    }

    private Task<int> ExecuteAsync(NpgsqlCommand command) => command.ExecuteOnAsync(connection, cancellationToken);

    private Task<List<T>> ListAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read) => command.ListOnAsync(connection, read, cancellationToken);

    private enum Step
    {
        Added,
        Marked,
        Done,
    }

    /// <param name="Since">The first day that is added up.</param>
    /// <param name="Upto">Every entry up to this sequence number is in the sums.</param>
    /// <param name="Marked">How far they may go when <paramref name="IsSettled"/>.</param>
    /// <param name="IsSettled">No transaction is under way that could still write below the mark.</param>
    private sealed record Rollup(DateOnly Since, long Upto, long? Marked, bool IsSettled)
    {
        public static Rollup Read(NpgsqlDataReader row) =>
            new(row.GetFieldValue<DateOnly>(0), row.GetInt64(1), PostgresRows.Number(row, 2), !row.IsDBNull(3) && row.GetBoolean(3));
    }
}
