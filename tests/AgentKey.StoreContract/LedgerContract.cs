using AgentKey.Charging;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

/// <summary>What was charged, to whom, for what, and whether it adds up.</summary>
public abstract class LedgerContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Fact]
    public async Task Verification_names_the_first_entry_that_does_not_follow()
    {
        var (caller, id) = await MintAsync();
        for (var i = 0; i < 4; i++)
        {
            await Keys.ChargeAsync(caller, Read);
        }

        var second = (await LedgerAsync(id))[1];
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET amount_micros = 1 WHERE sequence = {second.Sequence}");
        var discrepancy = (await Keys.VerifyAsync())[0];
        Assert.Equal(($"key:{id}", second.Sequence, 15_000_001L, 30_000_000L), (discrepancy.Budget, discrepancy.Sequence!.Value, discrepancy.ExpectedMicroCents, discrepancy.FoundMicroCents));
    }

    [Fact]
    public async Task Verification_notices_a_missing_entry_and_a_changed_row()
    {
        var (caller, id) = await MintAsync();
        await Keys.ChargeAsync(caller, Read);
        await Keys.ChargeAsync(caller, Read);
        await Store.ExecuteAsync("UPDATE sdk_api_keys SET budget_used_micros = 15000000");
        Assert.Equal(new LedgerDiscrepancy($"key:{id}", null, 30_000_000, 15_000_000), Assert.Single(await Keys.VerifyAsync()));
        await Store.ExecuteAsync($"DELETE FROM sdk_api_keys_ledger WHERE sequence = {(await LedgerAsync(id))[1].Sequence}");
        Assert.Empty(await Keys.VerifyAsync());
        await Store.ExecuteAsync("DELETE FROM sdk_api_keys_ledger");
        Assert.Equal(0, Assert.Single(await Keys.VerifyAsync()).ExpectedMicroCents);
    }

    [Fact]
    public async Task Verification_is_clean_while_calls_go_on()
    {
        var (caller, _) = await MintAsync(NewKey("1000.00"));
        var charges = Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => Keys.ChargeAsync(caller, Read))));
        while (!charges.IsCompleted)
        {
            Assert.Empty(await Keys.VerifyAsync());
        }

        await charges;
    }

    [Fact]
    public async Task Sums_that_cannot_be_counted_are_told_as_such()
    {
        var (caller, _) = await MintAsync();
        await Keys.ChargeAsync(caller, Read);
        await Keys.ChargeAsync(caller, Read);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET amount_micros = {long.MaxValue}");
        foreach (var by in new[] { UsageGrouping.Key, UsageGrouping.Tool })
        {
            var usage = await Assert.ThrowsAsync<OverflowException>(() => Keys.ReadUsageAsync(new UsageQuery { By = by }));
            var spending = await Assert.ThrowsAsync<OverflowException>(() => Keys.ReadSpendingAsync(new SpendingQuery { By = by, Since = DateTimeOffset.UtcNow.AddDays(-2) }));
            Assert.All([usage.Message, spending.Message], message => Assert.Contains("add up to more than can be counted", message, StringComparison.Ordinal));
        }

        // A verification names the entry, or says why it cannot.
        Assert.True(await Record.ExceptionAsync(async () => Assert.NotEmpty(await Keys.VerifyAsync())) is null or OverflowException);
    }

    [Fact]
    public async Task A_keys_entries_are_found_however_its_id_is_written()
    {
        var (caller, id) = await MintAsync();
        await Keys.ChargeAsync(caller, Read);
        var given = Store.Respell(id);
        Assert.Equal(id, Assert.Single(await LedgerAsync(given)).KeyId);
        Assert.Equal(id, Assert.Single(await Keys.ReadLedgerPageAsync(new LedgerPageQuery { KeyId = given })).KeyId);
        Assert.Equal(1, Assert.Single(await Keys.ReadUsageAsync(new UsageQuery { By = UsageGrouping.Scope, KeyId = given })).Calls);
        var spending = new SpendingQuery { By = UsageGrouping.Scope, KeyId = given, Since = DateTimeOffset.UtcNow.AddDays(-2) };
        Assert.Equal(1, Assert.Single(await Keys.ReadSpendingAsync(spending)).Calls);
    }

    [Fact]
    public async Task Usage_adds_up_by_key_scope_tool_and_day()
    {
        var (ann, annId) = await MintAsync();
        var (bob, bobId) = await MintAsync();
        var receipt = (await Keys.ChargeAsync(ann, Read with { Tool = "read" })).Receipt!;
        await Keys.ChargeAsync(ann, new ChargeRequest("docs.search", Cost.FromCents(3)) { Tool = "search" });
        var hold = (await Keys.HoldAsync(bob, Read with { Tool = "read" }, TimeSpan.FromMinutes(1))).Receipt!;
        await Keys.SettleAsync(hold, Cost.FromCents(7));
        await Keys.VoidAsync(receipt);
        Assert.Equal([new UsageRow(bobId, 1, 7_000_000), new UsageRow(annId, 2, 3_000_000)], await Keys.ReadUsageAsync(new UsageQuery()));
        Assert.Equal(
            [new UsageRow("docs.read", 2, 7_000_000), new UsageRow("docs.search", 1, 3_000_000)],
            await Keys.ReadUsageAsync(new UsageQuery { By = UsageGrouping.Scope }));
        Assert.Equal(["read", "search"], (await Keys.ReadUsageAsync(new UsageQuery { By = UsageGrouping.Tool })).Select(row => row.Group));
        var day = Assert.Single(await Keys.ReadUsageAsync(new UsageQuery { By = UsageGrouping.Day, KeyId = annId }));
        Assert.Equal((3_000_000, 10), (day.SpentMicroCents, day.Group.Length));
        Assert.Empty(await Keys.ReadUsageAsync(new UsageQuery { Until = DateTimeOffset.UnixEpoch }));
    }

    [Fact]
    public async Task What_was_charged_since_an_instant_can_be_listed()
    {
        var (caller, _) = await MintAsync();
        await Keys.ChargeAsync(caller, Read);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromHours(-2))}");
        await Keys.ChargeAsync(caller, Read with { Tool = "late" });
        var since = (await Keys.FindAsync((await Keys.ListAsync())[0].Id))!.LastUsedAt!.Value.AddHours(-1);
        var entries = new List<LedgerEntry>();
        await foreach (var entry in Keys.ReadLedgerAsync(new LedgerQuery { Since = since }))
        {
            entries.Add(entry);
        }

        Assert.Equal("late", Assert.Single(entries).Tool);
    }

    [Fact]
    public async Task A_page_of_the_ledger_goes_back_from_the_newest_entry()
    {
        var (ann, annId) = await MintAsync();
        var (bob, _) = await MintAsync();
        for (var i = 0; i < 3; i++)
        {
            await Keys.ChargeAsync(ann, Read);
            await Keys.ChargeAsync(bob, Read);
        }

        var all = await LedgerAsync(annId);
        all.Reverse();
        var page = await Keys.ReadLedgerPageAsync(new LedgerPageQuery { KeyId = annId, Limit = 2 });
        Assert.Equal(all[..2], page);
        Assert.Equal(all[2..], await Keys.ReadLedgerPageAsync(new LedgerPageQuery { KeyId = annId, Before = page[1].Sequence }));
        Assert.Equal(6, (await Keys.ReadLedgerPageAsync(new LedgerPageQuery())).Count);
        Assert.Equal("limit", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.ReadLedgerPageAsync(new LedgerPageQuery { Limit = 0 }))).Field);
    }

    [Fact]
    public async Task Spending_adds_up_by_day_and_tells_the_largest_groups_apart()
    {
        var (caller, id) = await MintAsync();
        await Keys.ChargeAsync(caller, Read with { Tool = "read" });
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromDays(-2))}");
        await Keys.ChargeAsync(caller, Read with { Tool = "read" });
        await Keys.ChargeAsync(caller, new ChargeRequest("docs.search", Cost.FromCents(3)) { Tool = "search" });
        await Keys.ChargeAsync(caller, new ChargeRequest("docs.list", Cost.FromCents(1)) { Tool = "list" });
        var now = (await Keys.FindAsync(id))!.LastUsedAt!.Value;
        var query = new SpendingQuery { Since = now.AddDays(-7), Groups = 1 };
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        Assert.Equal(
            [
                new SpendingRow(today.AddDays(-2), "read", 1, 15_000_000), new SpendingRow(today, "read", 1, 15_000_000),
                new SpendingRow(today, null, 2, 4_000_000),
            ],
            await Keys.ReadSpendingAsync(query));
        Assert.Equal([id], (await Keys.ReadSpendingAsync(query with { Since = now.AddDays(-1), By = UsageGrouping.Key, KeyId = id })).Select(row => row.Group));
        Assert.Equal("by", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.ReadSpendingAsync(query with { By = UsageGrouping.Day }))).Field);
        Assert.Equal("groups", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.ReadSpendingAsync(query with { Groups = 0 }))).Field);
    }

    [Fact]
    public async Task Spending_is_what_usage_says_while_calls_go_on_and_after_pruning()
    {
        var (ann, annId) = await MintAsync(NewKey("1000.00"));
        var (bob, _) = await MintAsync(NewKey("1000.00"));
        await Keys.ChargeAsync(ann, Read with { Tool = "old" });
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromDays(-40))}");
        var charges = Task.WhenAll(Enumerable.Range(0, 400).Select(i => Task.Run(() => Keys.ChargeAsync(i % 4 == 0 ? bob : ann, Read with { Tool = $"tool-{i % 3}" }))));
        do
        {
            await AssertSpendingAsync(new SpendingQuery { Since = DateTimeOffset.UnixEpoch, KeyId = charges.IsCompleted ? annId : null }, isStill: charges.IsCompleted);
        }
        while (!charges.IsCompleted);

        await charges;
        foreach (var by in new[] { UsageGrouping.Key, UsageGrouping.Scope, UsageGrouping.Tool })
        {
            await AssertSpendingAsync(new SpendingQuery { Since = DateTimeOffset.UnixEpoch, By = by }, isStill: true);
            await AssertSpendingAsync(new SpendingQuery { Since = DateTimeOffset.UnixEpoch, By = by, KeyId = annId }, isStill: true);
        }

        Assert.Equal(1, await Keys.PruneLedgerAsync((await Keys.FindAsync(annId))!.LastUsedAt!.Value.AddDays(-30)));
        await AssertSpendingAsync(new SpendingQuery { Since = DateTimeOffset.UnixEpoch }, isStill: true);
        await AssertSpendingAsync(new SpendingQuery { Since = DateTimeOffset.UnixEpoch, By = UsageGrouping.Key }, isStill: true);
    }

    /// <summary>Day by day and in all the ledger has one sum; while calls go on, it lies between two readings.</summary>
    private async Task AssertSpendingAsync(SpendingQuery query, bool isStill)
    {
        var usage = new UsageQuery { By = query.By, KeyId = query.KeyId };
        var before = (await Keys.ReadUsageAsync(usage)).Sum(row => row.SpentMicroCents);
        var spending = await Keys.ReadSpendingAsync(query);
        var after = await Keys.ReadUsageAsync(usage);
        Assert.InRange(spending.Sum(row => row.SpentMicroCents), before, after.Sum(row => row.SpentMicroCents));
        if (isStill)
        {
            var groups = spending.GroupBy(row => row.Group!).Select(days => new UsageRow(days.Key, days.Sum(day => day.Calls), days.Sum(day => day.SpentMicroCents)));
            Assert.Equal(after.OrderBy(row => row.Group, StringComparer.Ordinal), groups.OrderBy(row => row.Group, StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Pruning_keeps_every_sum_and_every_open_hold()
    {
        var (caller, id) = await MintAsync();
        await Keys.ChargeAsync(caller, Read);
        await Keys.ChargeAsync(caller, Read);
        var hold = (await Keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1))).Receipt!;
        await Keys.ChargeAsync(caller, Read);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromDays(-60))}");
        Assert.Equal(2, await PruneAllAsync());
        await AssertAddsUpAsync(id);
        Assert.Equal(SettleOutcome.Settled, (await Keys.SettleAsync(hold, Cost.FromCents(5))).Outcome);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await AssertAddsUpAsync(id);
        Assert.Equal(3, await PruneAllAsync());
        await AssertAddsUpAsync(id);
    }

    // Entries as young as these only the store itself removes.
    private async Task<long> PruneAllAsync()
    {
        await using var store = Store.Open();
        return await store.PruneLedgerAsync(DateTimeOffset.MaxValue.AddDays(-1), default);
    }

    [Fact]
    public async Task What_is_younger_than_the_shortest_month_is_never_pruned()
    {
        var (caller, id) = await MintAsync();
        var request = Read with { OperationId = "op-1" };
        await Keys.ChargeAsync(caller, request);
        await Keys.ChargeAsync(caller, Read);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromDays(-27))}");
        foreach (var before in new[] { DateTimeOffset.MaxValue, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(-26) })
        {
            Assert.Equal("before", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.PruneLedgerAsync(before))).Field);
        }

        Assert.Equal(0, await Keys.PruneLedgerAsync(DateTimeOffset.UtcNow.AddDays(-AgentKeys.MinLedgerDays).AddHours(-1)));
        Assert.True((await Keys.ChargeAsync(caller, request)).IsReplay);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_hold_that_nobody_ended_keeps_nothing_once_it_has_expired()
    {
        var (caller, _) = await MintAsync();
        await Keys.HoldAsync(caller, Read, TimeSpan.FromMinutes(1));
        await Keys.ChargeAsync(caller, Read);
        await Keys.ChargeAsync(caller, Read);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromDays(-60))}");
        await Store.SetHoldExpiryAsync(TimeSpan.FromDays(-59));
        Assert.Equal(2, await Keys.PruneLedgerAsync(DateTimeOffset.UtcNow.AddDays(-58)));
        Assert.Empty(await Keys.VerifyAsync());
    }

    [Fact]
    public async Task An_abandoned_hold_that_was_pruned_leaves_its_id_and_its_money_to_a_new_one()
    {
        var (_, root) = await MintAsync(NewKey("1.00"));
        var (caller, id) = await MintAsync(NewKey("1.00") with { ParentId = root });
        var request = new ChargeRequest("docs.read", Cost.FromCents(60)) { OperationId = "job" };
        Assert.True((await Keys.HoldAsync(caller, request, TimeSpan.FromMinutes(1))).IsAllowed);
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromDays(-60))}");
        await Store.SetHoldExpiryAsync(TimeSpan.FromDays(-59));
        Assert.True(await Keys.PruneLedgerAsync(DateTimeOffset.UtcNow.AddDays(-58)) > 0);
        var hold = await Keys.HoldAsync(caller, request, TimeSpan.FromMinutes(1));
        Assert.False(hold.IsReplay);
        Assert.Equal(Cost.FromCents(75), (await Keys.FindAsync(root))!.Spent);
        Assert.Equal(SettleOutcome.Settled, (await Keys.SettleAsync(hold.Receipt!, Cost.FromCents(5))).Outcome);
        Assert.Equal(Cost.FromCents(20), (await Keys.FindAsync(root))!.Spent);
        await AssertAddsUpAsync(root);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Thirteen_months_stay_and_every_sum_with_them()
    {
        var (caller, id) = await MintAsync();
        for (var i = 0; i < 4; i++)
        {
            await Keys.ChargeAsync(caller, Read with { OperationId = $"op-{i}" });
        }

        var entries = await LedgerAsync(id);

        // The first of the month 13 months ago is 396 to 428 days away.
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromDays(-430))} WHERE sequence <= {entries[1].Sequence}");
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_ledger SET at = {Store.Instant(TimeSpan.FromDays(-390))} WHERE sequence = {entries[2].Sequence}");
        Assert.Equal(2, await Keys.PruneLedgerAsync());
        Assert.Equal(entries[2..].Select(entry => entry.Sequence), (await LedgerAsync(id)).Select(entry => entry.Sequence));
        Assert.True((await Keys.ChargeAsync(caller, Read with { OperationId = "op-2" })).IsReplay);
        Assert.Equal(0, await Keys.PruneLedgerAsync());
        await AssertAddsUpAsync(id);
    }
}
