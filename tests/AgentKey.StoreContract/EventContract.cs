using System.Text.Json;
using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Events;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

/// <summary>What is told: once for each crossing, in the transaction of the decision that caused it.</summary>
public abstract class EventContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(5);
    private static readonly ChargeRequest Cent = new("docs.read", Cost.FromCents(1)) { Tool = "read" };

    protected override AgentKeysOptions Options => new() { Events = new EventRules { Refusals = 3 } };

    [Fact]
    public async Task Each_threshold_is_told_once_however_many_charge_at_once()
    {
        var (caller, id) = await MintAsync(NewKey("1.00"));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => Keys.ChargeAsync(caller, Cent))));
        var told = await ClaimAsync();
        Assert.Equal([50, 80, 100], told.Select(one => DataOf(one).GetProperty("percent").GetInt32()).Order());
        Assert.All(told, one => Assert.Equal((EventTypes.BudgetThreshold, id), (one.Event.Type, DataOf(one).GetProperty("keyId").GetString())));
        Assert.Equal(100, DataOf(told[0]).GetProperty("capCents").GetDecimal());
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task A_threshold_is_told_once_a_period_and_again_in_the_next()
    {
        var (caller, id) = await MintAsync(NewKey("1.00", BudgetPeriod.Day));
        var half = new ChargeRequest("docs.read", Cost.FromCents(50));
        for (var i = 0; i < 3; i++)
        {
            await Keys.VoidAsync((await Keys.ChargeAsync(caller, half)).Receipt!);
        }

        Assert.Single(await ClaimAsync());
        await Store.SetResetAsync(id, TimeSpan.FromSeconds(-1));
        await Keys.ChargeAsync(caller, half);
        Assert.Single(await ClaimAsync());
    }

    [Fact]
    public async Task A_cap_that_is_lowered_tells_the_thresholds_that_it_reaches()
    {
        var (caller, id) = await MintAsync(NewKey("1.00"));
        await Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(40)));
        Assert.Empty(await ClaimAsync());
        await Keys.ChangeCapAsync(id, Cost.FromCents(50));
        Assert.Equal([50, 80], (await ClaimAsync()).Select(one => DataOf(one).GetProperty("percent").GetInt32()).Order());
        await Keys.ChangeCapAsync(id, Cost.FromCents(50));
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task A_dead_key_that_an_adapter_refused_is_counted_and_no_other()
    {
        var (alive, _) = await MintAsync();
        var (parent, parentId) = await MintAsync();
        var (child, childId) = await MintAsync(NewKey("1.00") with { ParentId = parentId });
        await Keys.RevokeAsync(parentId);
        Assert.True(await Keys.NoteRefusalAsync(child));
        Assert.True(await Keys.NoteRefusalAsync(parent));
        Assert.True(await Keys.NoteRefusalAsync(parent));
        Assert.False(await Keys.NoteRefusalAsync(alive));
        Assert.False(await Keys.NoteRefusalAsync(Keys.Identify(AgentSecret.Generate().Reveal())));
        Assert.False(await Keys.NoteRefusalAsync(Keys.Identify("ak_junk")));
        var refused = await Keys.Events.ReadAsync(EventTypes.KeyRefused, 10, CancellationToken.None);
        Assert.Equal([(parentId, 2), (childId, 1)], refused.Select(one => (JsonDocument.Parse(one.Data).RootElement.GetProperty("keyId").GetString()!, one.Count)).OrderByDescending(one => one.Count));
        Assert.All(refused, one => Assert.Equal("invalid_key", JsonDocument.Parse(one.Data).RootElement.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Refusals_can_be_read_before_they_are_due_and_without_claiming_them()
    {
        var (caller, id) = await MintAsync();
        await Keys.RevokeAsync(id);
        await Keys.ChargeAsync(caller, Cent);
        await Keys.ChargeAsync(caller, Cent);
        var refused = Assert.Single(await Keys.Events.ReadAsync(EventTypes.KeyRefused, 10, CancellationToken.None));
        Assert.Equal((2, 3), (refused.Count, refused.DueCount));
        Assert.Empty(await Keys.Events.ReadAsync(EventTypes.BudgetOverrun, 10, CancellationToken.None));
        await Keys.ChargeAsync(caller, Cent);
        Assert.Single(await ClaimAsync());
    }

    [Fact]
    public async Task What_another_program_spent_counts_towards_a_threshold()
    {
        var (caller, id) = await MintAsync(NewKey("1.00"));
        await Keys.ChargeAsync(caller, Cent);
        await Store.ChargeForeignAsync(id, 60);
        await Keys.ChargeAsync(caller, Cent);
        Assert.Equal(62, DataOf(Assert.Single(await ClaimAsync())).GetProperty("usedCents").GetDecimal());
    }

    [Fact]
    public async Task The_ceiling_of_an_account_is_told_of_by_its_name()
    {
        await Keys.SetBudgetAsync(BudgetOwner.Account("acme"), "total", new Budget(Cost.FromCents(2), BudgetPeriod.Month));
        var (caller, _) = await MintAsync(NewKey("100.00"));
        await Keys.ChargeAsync(caller, Cent);
        var data = DataOf(Assert.Single(await ClaimAsync()));
        Assert.Equal(("account:acme/total", "acme"), (data.GetProperty("budget").GetString(), data.GetProperty("accountId").GetString()));
        Assert.False(data.TryGetProperty("keyId", out _));
    }

    [Fact]
    public async Task An_overrun_is_told_with_what_was_held_and_what_it_cost()
    {
        var (caller, id) = await MintAsync(NewKey("100.00"));
        var hold = (await Keys.HoldAsync(caller, Cent, TimeSpan.FromMinutes(1))).Receipt!;
        await Keys.SettleAsync(hold, Cost.FromCents(3), "settle");
        await Keys.SettleAsync(hold, Cost.FromCents(3), "settle");
        var told = Assert.Single(await ClaimAsync());
        var data = DataOf(told);
        Assert.Equal((EventTypes.BudgetOverrun, id, "read"), (told.Event.Type, data.GetProperty("keyId").GetString(), data.GetProperty("tool").GetString()));
        Assert.Equal((1m, 3m), (data.GetProperty("heldCents").GetDecimal(), data.GetProperty("actualCents").GetDecimal()));
    }

    [Fact]
    public async Task Refusals_are_told_when_there_are_enough_of_them()
    {
        var (caller, id) = await MintAsync(NewKey("0.00"));
        await Keys.ChargeAsync(caller, Cent);
        await Keys.ChargeAsync(caller, Cent);
        Assert.Empty(await ClaimAsync());
        await Keys.ChargeAsync(caller, Cent);
        var told = Assert.Single(await ClaimAsync());
        Assert.Equal((EventTypes.KeyRefused, 3, id), (told.Event.Type, told.Event.Count, DataOf(told).GetProperty("keyId").GetString()));
        Assert.Equal("budget_exhausted", DataOf(told).GetProperty("code").GetString());
        await Keys.Events.CompleteAsync(told.Event.Id, default);
        await Keys.ChargeAsync(caller, Cent);
        Assert.Empty(await ClaimAsync());
    }

    [Fact]
    public async Task An_event_that_cannot_be_written_takes_its_charge_back()
    {
        var (caller, id) = await MintAsync(NewKey("1.00"));
        await Store.ExecuteAsync("DROP TABLE sdk_api_keys_events");
        await Assert.ThrowsAsync<SchemaException>(() => Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(50))));
        await Keys.MigrateAsync();
        Assert.Equal(Cost.FromMicroCents(0), (await Keys.FindAsync(id))!.Spent);
        Assert.True((await Keys.ChargeAsync(caller, Cent)).IsAllowed);
    }

    [Fact]
    public async Task A_claim_is_one_process_s_alone_and_ends()
    {
        var (caller, _) = await MintAsync(NewKey("0.01"));
        await Keys.ChargeAsync(caller, Cent);
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Keys.Events.ClaimAsync(10, Claim, default))));
        Assert.Equal(3, claims.Sum(claim => claim.Count));
        Assert.Empty(await ClaimAsync());
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_events SET due_at = {Store.Instant(TimeSpan.FromSeconds(-1))}");
        var again = await ClaimAsync();
        Assert.All(again, claimed => Assert.Equal(2, claimed.Attempt));
        await Keys.Events.CompleteAsync(again[0].Event.Id, default);
        await Keys.Events.PostponeAsync(again[1].Event.Id, TimeSpan.FromHours(1), default);
        await Keys.Events.PostponeAsync(again[2].Event.Id, TimeSpan.FromHours(-1), default);
        Assert.Equal(again[2].Event.Id, Assert.Single(await ClaimAsync()).Event.Id);
    }

    [Fact]
    public async Task A_key_that_expires_soon_is_told_of_once()
    {
        var (_, id) = await MintAsync();
        await Store.SetExpiryAsync(id, TimeSpan.FromDays(2));
        Assert.Equal(0, await Keys.Events.NoteExpiringAsync(TimeSpan.FromDays(1), default));
        Assert.Equal(1, await Keys.Events.NoteExpiringAsync(TimeSpan.FromDays(3), default));
        Assert.Equal(0, await Keys.Events.NoteExpiringAsync(TimeSpan.FromDays(3), default));
        var told = Assert.Single(await ClaimAsync());
        Assert.Equal((EventTypes.KeyExpiring, id), (told.Event.Type, DataOf(told).GetProperty("keyId").GetString()));
        Assert.EndsWith("Z", DataOf(told).GetProperty("expiresAt").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_events_are_forgotten_but_not_those_that_wait()
    {
        var (caller, _) = await MintAsync(NewKey("0.01"));
        await Keys.ChargeAsync(caller, Cent);
        var told = await ClaimAsync();
        await Keys.Events.CompleteAsync(told[0].Event.Id, default);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys_events SET at = {Store.Instant(TimeSpan.FromDays(-2))}");
        Assert.Equal(0, await Keys.Events.PruneAsync(TimeSpan.FromDays(3), default));
        Assert.Equal(1, await Keys.Events.PruneAsync(TimeSpan.FromDays(1), default));
    }

    [Fact]
    public async Task Without_rules_nothing_is_told()
    {
        await using var silent = new AgentKeys(Store.Open());
        var created = await silent.CreateAsync(NewKey("0.01"));
        var caller = silent.Identify(created.Secret.Reveal());
        for (var i = 0; i < 5; i++)
        {
            await silent.ChargeAsync(caller, Cent);
        }

        Assert.Empty(await ClaimAsync());
    }

    private async Task<IReadOnlyList<ClaimedEvent>> ClaimAsync() => await Keys.Events.ClaimAsync(100, Claim, default);

    private static JsonElement DataOf(ClaimedEvent claimed) => JsonDocument.Parse(claimed.Event.Data).RootElement;
}
