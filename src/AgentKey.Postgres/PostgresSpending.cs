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
internal sealed class PostgresSpending(NpgsqlConnection connection, SpendingSql sql, RankSql rank, SpendingQuery query, CancellationToken cancellationToken)
{
    // A reader waits this long for sums that are far behind; the next reader goes on. What is not added up has to be read,
    // by this reader and by all after it, and reading takes as long as adding up.
    private static readonly TimeSpan LongestCatchUp = TimeSpan.FromSeconds(10);

    private readonly string _part = SpendingSql.PartOf(query);

    // A day that the query has only a part of is read from the ledger.
    private readonly DateOnly _firstWholeDay = DateOnly.FromDateTime(query.Since.UtcDateTime.AddTicks(TimeSpan.TicksPerDay - 1));

    private bool _mayRank;

    public async Task<IReadOnlyList<SpendingRow>> ReadAsync()
    {
        var rights = (await ListAsync(sql.Rights(), Rights.Read).ConfigureAwait(false))[0];
        _mayRank = rights.MayRank;
        var isRanked = query is { By: UsageGrouping.Key, KeyId: null } && _firstWholeDay == rights.Today.AddDays(1 - SpendingQuery.RankedDays);
        if (rights is { MayRead: true, MayWrite: true })
        {
            await CatchUpAsync(isRanked).ConfigureAwait(false);
        }

        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(SpendingSql.Prepare()).ConfigureAwait(false);
        var sums = rights.MayRead ? await FindAsync(_part).ConfigureAwait(false) : null;
        var rows = isRanked && rights.MayRank && sums is not null && await FindRankAsync().ConfigureAwait(false) == sums && await FindAsync("all").ConfigureAwait(false) is { } all
            ? await ReadRankedAsync(sums, all).ConfigureAwait(false)
            : await ListAsync(AddUp(query, sums), ReadRow).ConfigureAwait(false);
        await snapshot.CommitAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    private async Task<IReadOnlyList<SpendingRow>> ReadRankedAsync(Sums keys, Sums all)
    {
        var largest = await ListAsync(rank.ReadLargest(query, keys.First, keys.Upto), ReadRow).ConfigureAwait(false);
        var totals = await ListAsync(AddUp(query with { By = UsageGrouping.Tool, Groups = 1 }, all), ReadRow).ConfigureAwait(false);
        var told = largest.ToLookup(row => row.Day);
        var others = totals.GroupBy(row => row.Day).Select(day => new SpendingRow(
            day.Key,
            null,
            day.Sum(row => row.Calls) - told[day.Key].Sum(row => row.Calls),
            day.Sum(row => row.SpentMicroCents) - told[day.Key].Sum(row => row.SpentMicroCents)));
        return
        [
            .. largest.Concat(others.Where(row => row is not { Calls: 0, SpentMicroCents: 0 }))
                .OrderBy(row => row.Day).ThenByDescending(row => row.SpentMicroCents).ThenBy(row => row.Group is null).ThenBy(row => row.Group, StringComparer.Ordinal),
        ];
    }

    private async Task CatchUpAsync(bool isRanked)
    {
        var started = Stopwatch.GetTimestamp();
        if (isRanked)
        {
            // What is not of the largest keys is what all have spent, less theirs.
            await CatchUpAsync("all", started).ConfigureAwait(false);
        }

        if (await CatchUpAsync(_part, started).ConfigureAwait(false) && isRanked && _mayRank)
        {
            await RankAsync().ConfigureAwait(false);
        }
    }

    /// <returns>Whether there was nothing left to do, or nothing that could be done.</returns>
    private async Task<bool> CatchUpAsync(string part, long started)
    {
        await BeginAsync(part).ConfigureAwait(false);
        var (step, hasMarked) = (Step.Added, false);
        for (; step != Step.Done && Stopwatch.GetElapsedTime(started) < LongestCatchUp; hasMarked |= step == Step.Marked)
        {
            await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
            step = await AdvanceAsync(part, mayMark: !hasMarked).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }

        return step == Step.Done;
    }

    private async Task BeginAsync(string part)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(sql.Begin(part, _firstWholeDay)).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<Step> AdvanceAsync(string part, bool mayMark)
    {
        var locked = await ListAsync(sql.Lock(part), Rollup.Read).ConfigureAwait(false);
        if (locked is not [var rollup])
        {
            return Step.Done; // Another reader is at it.
        }

        if (rollup.Marked is not { } marked || marked <= rollup.Upto)
        {
            return mayMark && await ExecuteAsync(sql.Mark(part)).ConfigureAwait(false) > 0 ? Step.Marked : Step.Done;
        }

        if (!rollup.IsSettled)
        {
            return Step.Done;
        }

        var after = rollup.Upto > 0 ? rollup.Upto : (await ListAsync(sql.FindFirst(rollup.Since, marked), row => row.GetInt64(0)).ConfigureAwait(false))[0] - 1;
        var upto = Math.Min(after + SpendingSql.Chunk, marked);
        var rankedSince = part == "key" && _mayRank && await FindRankAsync().ConfigureAwait(false) is { } ranked && ranked.Upto == rollup.Upto ? ranked.First : (DateOnly?)null;
        await ExecuteAsync(sql.Add(part, rollup.Since, after, upto, rankedSince)).ConfigureAwait(false);
        await ExecuteAsync(sql.Advance(rankedSince is null ? [part] : [part, RankSql.Part], upto)).ConfigureAwait(false);
        return Step.Added;
    }

    /// <summary>Ranks the keys anew when the window has moved on by a day, or somebody else brought the sums further.</summary>
    private async Task RankAsync()
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);
        if (await ListAsync(sql.Lock(_part), Rollup.Read).ConfigureAwait(false) is [var rollup] && rollup.Since <= _firstWholeDay
            && await FindRankAsync().ConfigureAwait(false) != new Sums(_firstWholeDay, rollup.Upto))
        {
            await ExecuteAsync(rank.Clear()).ConfigureAwait(false);
            await ExecuteAsync(rank.Fill(_firstWholeDay)).ConfigureAwait(false);
            await ExecuteAsync(rank.Begin(_firstWholeDay, rollup.Upto)).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private NpgsqlCommand AddUp(SpendingQuery asked, Sums? sums) => sql.AddUp(asked, sums?.First, sums?.Upto ?? 0);

    /// <summary>What a part has of the days that are asked for; null when it has not begun.</summary>
    private async Task<Sums?> FindAsync(string part) =>
        await ListAsync(sql.Find(part), ReadSums).ConfigureAwait(false) is [var sums] ? sums with { First = sums.First > _firstWholeDay ? sums.First : _firstWholeDay } : null;

    /// <summary>Since when the keys are ranked, whatever is asked for; null when they are not.</summary>
    private async Task<Sums?> FindRankAsync() => await ListAsync(sql.Find(RankSql.Part), ReadSums).ConfigureAwait(false) is [var ranked] ? ranked : null;

    private Task<int> ExecuteAsync(NpgsqlCommand command) => command.ExecuteOnAsync(connection, cancellationToken);

    private Task<List<T>> ListAsync<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read) => command.ListOnAsync(connection, read, cancellationToken);

    private static Sums ReadSums(NpgsqlDataReader row) => new(row.GetFieldValue<DateOnly>(0), row.GetInt64(1));

    private static SpendingRow ReadRow(NpgsqlDataReader row) => new(row.GetFieldValue<DateOnly>(0), PostgresRows.Text(row, 1), row.GetInt64(2), row.GetInt64(3));

    private enum Step
    {
        Added,
        Marked,
        Done,
    }

    private sealed record Rights(bool MayRead, bool MayWrite, bool MayRank, DateOnly Today)
    {
        public static Rights Read(NpgsqlDataReader row) => new(row.GetBoolean(0), row.GetBoolean(1), row.GetBoolean(2), row.GetFieldValue<DateOnly>(3));
    }

    /// <param name="First">The first day whose sum is whole.</param>
    /// <param name="Upto">Every entry up to this sequence number is in the sums.</param>
    private sealed record Sums(DateOnly First, long Upto);

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
