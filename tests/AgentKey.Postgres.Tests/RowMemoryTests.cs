using AgentKey.Postgres.Batches;
using AgentKey.Scopes;
using AgentKey.Storage;
using Microsoft.Extensions.Time.Testing;

namespace AgentKey.Postgres.Tests;

/// <summary>What is remembered, for how long, and what makes it worthless.</summary>
public sealed class RowMemoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new();
    private readonly RowMemory _memory;

    public RowMemoryTests() => _memory = new RowMemory(_time, capacity: 100);

    [Fact]
    public void A_row_is_recalled_as_the_batch_left_it()
    {
        Learn(Row("1"), version: 10, Mark(11), Spent("1", 15));

        var recalled = Recall("1")!;
        Assert.Equal(11u, recalled.Versions["1"]);
        Assert.Equal(15_000_000, Assert.Single(recalled.State.Keys).Budget.UsedMicroCents);
    }

    [Fact]
    public void The_recalled_time_is_never_after_the_servers_and_moves_on()
    {
        Learn(Row("1"), version: 10, Mark(11));
        _time.Advance(TimeSpan.FromSeconds(9));

        var now = Recall("1")!.State.Now;
        Assert.InRange(now, Noon.AddSeconds(9) - TimeSpan.FromMilliseconds(10), Noon.AddSeconds(9));
        Assert.Equal(0, now.Ticks % TimeSpan.TicksPerMicrosecond);
    }

    [Fact]
    public void Nothing_is_recalled_when_the_server_has_not_told_its_time_for_a_while()
    {
        Learn(Row("1"), version: 10, Mark(11));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(Recall("1"));
    }

    [Fact]
    public void Nothing_is_recalled_from_before_a_restart_of_the_server()
    {
        Learn(Row("1"), version: 10, Mark(11));
        Learn(Row("2"), version: 10, Mark(11) with { ServerStart = Noon });
        Assert.Null(Recall("1"));
        Assert.NotNull(Recall("2"));
    }

    [Fact]
    public void Nothing_is_recalled_from_before_the_columns_were_changed()
    {
        Learn(Row("1"), version: 10, Mark(11));
        Learn(Row("2"), version: 10, Mark(11) with { Columns = 8 });
        Assert.Null(Recall("1"));
        Assert.Equal(8, Recall("2")!.Columns);
        _memory.Learn([(Details("1"), Mark(11))]);
        Assert.Null(Recall("2"));
    }

    [Fact]
    public void A_clock_that_was_set_back_is_believed_after_a_batch_failed_for_it()
    {
        Learn(Row("1"), version: 10, Mark(11));
        _memory.Doubt(Request("1"));
        Learn(Row("1"), version: 10, Mark(12) with { Now = Noon.AddHours(-1) });
        Assert.Equal(Noon.AddHours(-1), Recall("1")!.State.Now);
    }

    [Fact]
    public void A_row_that_others_change_is_counted_on_again_when_they_have_left_it_alone_for_long_enough()
    {
        Learn(Row("1"), version: 10, Mark(11));
        _memory.Doubt(Request("1"));
        Learn(Row("1"), version: 20, Mark(20));
        for (uint i = 20; i < 28; i++)
        {
            Assert.Null(Recall("1"));
            Learn(Row("1"), version: i, Mark(i + 1), Spent("1", 1));
        }

        Assert.NotNull(Recall("1"));
    }

    [Fact]
    public void Nothing_is_counted_on_while_others_change_most_rows()
    {
        for (var i = 0; i < 10; i++)
        {
            Learn(Row($"{i}"), version: 10, Mark(11));
            Learn(Row($"{i}"), version: 20, Mark(21));
        }

        Learn(Row("new"), version: 10, Mark(11));
        Assert.Null(Recall("new"));
        for (uint i = 10; i < 500; i++)
        {
            Learn(Row("new"), version: 10, Mark(11));
        }

        Assert.NotNull(Recall("new"));
    }

    [Fact]
    public void A_read_that_a_batch_overtook_does_not_replace_what_the_batch_wrote()
    {
        Learn(Row("1"), version: 10, Mark(12), Spent("1", 15));
        _memory.Learn([(Details("1"), Mark(11))]);
        Assert.Equal(12u, Recall("1")!.Versions["1"]);

        _memory.Learn([(Details("1"), Mark(13))]);
        Assert.Equal(13u, Recall("1")!.Versions["1"]);
    }

    [Theory]
    [InlineData("key:1")]
    [InlineData("account:acme")]
    public void A_key_with_further_budgets_is_not_counted_on(string owner)
    {
        var state = State(Row("1")) with { Budgets = [new StoredExtraBudget { Owner = owner, Name = "hourly", CapMicroCents = 1, Period = "hour", AnchorAt = null, StartedAt = Noon, EndsAt = null, UsedMicroCents = 0 }] };
        _memory.Learn(state, new Dictionary<string, uint> { ["1"] = 10 }, new BatchChanges(), Mark(11));
        Assert.Null(Recall("1"));
    }

    [Fact]
    public void A_row_that_lost_the_number_of_its_transaction_is_not_counted_on()
    {
        Learn(Row("1"), version: 2, Mark(11));
        Assert.Null(Recall("1"));
    }

    [Fact]
    public void A_batch_that_failed_leaves_nothing_to_recall()
    {
        Learn(Row("1"), version: 10, Mark(11));
        _memory.Forget(Request("1"));
        Assert.Null(Recall("1"));
    }

    [Fact]
    public void Rows_that_nobody_asks_for_make_room()
    {
        for (var i = 0; i < 300; i++)
        {
            Learn(Row($"{i}"), version: 10, Mark(11));
            Assert.NotNull(Recall("0"));
        }

        Assert.InRange(Enumerable.Range(0, 300).Count(i => Recall($"{i}") is not null), 1, 100);
    }

    [Theory]
    [InlineData(200, 200)]
    [InlineData(5000, 500)]
    [InlineData(-200, 500)]
    [InlineData(0, 500)]
    public void Decisions_count_until_the_next_instant_that_a_row_names_and_never_for_long(int millisecondsFromNow, int until)
    {
        Learn(Row("1") with { ExpiresAt = Noon.AddMilliseconds(millisecondsFromNow) }, version: 10, Mark(11));
        Assert.Equal(Noon.AddMilliseconds(until), Recall("1")!.Until);
    }

    private Recollection? Recall(string id) => _memory.Recall(Request(id), largestUsedCents: int.MaxValue);

    private void Learn(StoredKey row, uint version, BatchMark mark, params KeyChange[] changes) =>
        _memory.Learn(State(row), new Dictionary<string, uint> { [row.Id] = version }, new BatchChanges { Keys = changes }, mark);

    private static BatchMark Mark(uint version) => new(Noon, version, Noon.AddDays(-1), Columns: 7);

    private static BatchRequest Request(string id) => new() { KeyIds = [id], BudgetOwners = ["key:" + id], Lookups = [], Holds = [] };

    private static BatchState State(StoredKey row) => new() { Now = Noon, Keys = [row], Budgets = [], Entries = [], Holds = [], LargestUsedCents = int.MaxValue };

    private static KeyChange Spent(string id, long cents) => new() { KeyId = id, UsedCents = cents, UsedMicroCents = cents * 1_000_000, PeriodEnd = null };

    private static StoredKeyDetails Details(string id) => new() { Key = Row(id), ReadAt = Noon, Name = "", KeyPrefix = "", CreatedAt = Noon, LastUsedAt = null, DelegatedBy = null, UserId = null };

    private static StoredKey Row(string id) => new()
    {
        Id = id,
        KeyHash = "hash",
        Scopes = ScopeSet.Of("docs.*"),
        ExpiresAt = null,
        RevokedAt = null,
        AccountId = "acme",
        Budget = new StoredBudget { CapCents = 100, UsedCents = 0, Period = null, ResetAt = null, AnchorAt = null, UsedMicroCents = 0, UsedUntil = null },
    };
}
