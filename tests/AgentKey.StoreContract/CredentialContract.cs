using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.StoreContract;

/// <summary>What opens a key: its secret, the secret before, an external identity.</summary>
public abstract class CredentialContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Fact]
    public async Task A_rotated_key_keeps_its_budget_and_both_secrets_for_the_overlap()
    {
        var (old, id) = await MintAsync(NewKey("0.45"));
        await Keys.ChargeAsync(old, Read);
        var rotated = (await Keys.RotateAsync(id, TimeSpan.FromHours(1)))!;
        var caller = Keys.Identify(rotated.Secret.Reveal());
        Assert.Equal((id, Cost.FromCents(15)), (rotated.Key.Id, rotated.Key.Spent));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.True((await Keys.ChargeAsync(old, Read)).IsAllowed);
        Assert.Equal("budget_exhausted", (await Keys.ChargeAsync(caller, Read)).Denial!.Code);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET previous_key_until = {Store.Instant(TimeSpan.Zero)}");
        Assert.Equal(KeyFault.Unknown, (await Keys.ChargeAsync(old, Read)).Denial!.Fault);
        Assert.True((await Keys.ValidateAsync(caller)).IsAlive);
        Assert.False((await Keys.ValidateAsync(old)).IsAlive);
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task Without_an_overlap_the_leaked_secret_ends_at_once()
    {
        var (leaked, id) = await MintAsync();
        await Keys.ChargeAsync(leaked, Read);
        var rotated = (await Keys.RotateAsync(id, TimeSpan.Zero))!;
        Assert.False((await Keys.ChargeAsync(leaked, Read)).IsAllowed);
        Assert.True((await Keys.ChargeAsync(Keys.Identify(rotated.Secret.Reveal()), Read)).IsAllowed);
    }

    [Fact]
    public async Task A_second_rotation_ends_the_first_overlap()
    {
        var (first, id) = await MintAsync();
        var second = Keys.Identify((await Keys.RotateAsync(id, TimeSpan.FromHours(1)))!.Secret.Reveal());
        await Keys.RotateAsync(id, TimeSpan.FromHours(1));
        Assert.False((await Keys.ChargeAsync(first, Read)).IsAllowed);
        Assert.True((await Keys.ChargeAsync(second, Read)).IsAllowed);
    }

    [Fact]
    public async Task Only_the_present_secret_asks_for_the_next_one()
    {
        var (first, id) = await MintAsync();
        var second = Keys.Identify((await Keys.RotateAsync(first, TimeSpan.FromHours(1)))!.Secret.Reveal());
        Assert.Null(await Keys.RotateAsync(first, TimeSpan.Zero));
        Assert.True((await Keys.ChargeAsync(second, Read)).IsAllowed);
        var third = (await Keys.RotateAsync(second, TimeSpan.Zero))!;
        Assert.Equal(id, third.Key.Id);
        Assert.True((await Keys.ChargeAsync(Keys.Identify(third.Secret.Reveal()), Read)).IsAllowed);
        Assert.Null(await Keys.RotateAsync(second, TimeSpan.Zero));
        Assert.Null(await Keys.RotateAsync(Keys.Identify("nonsense"), TimeSpan.Zero));
    }

    [Fact]
    public async Task A_subject_that_asks_for_a_secret_gets_one()
    {
        var key = await Keys.EnsureSubjectAsync("machine|42", NewKey());
        var rotated = (await Keys.RotateAsync(Keys.IdentifySubject("machine|42"), TimeSpan.Zero))!;
        Assert.Equal(key.Id, rotated.Key.Id);
        Assert.True((await Keys.ChargeAsync(Keys.Identify(rotated.Secret.Reveal()), Read)).IsAllowed);
    }

    [Fact]
    public async Task Row57_Only_a_live_key_of_the_account_can_be_rotated()
    {
        var (_, id) = await MintAsync();
        Assert.Null(await Keys.RotateAsync(id, TimeSpan.Zero, "other"));
        Assert.Null(await Keys.RotateAsync("12abc", TimeSpan.Zero));
        await Keys.RevokeAsync(id);
        Assert.Null(await Keys.RotateAsync(id, TimeSpan.Zero));
        Assert.Equal("overlap", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.RotateAsync(id, TimeSpan.FromDays(91)))).Field);
    }

    [Fact]
    public async Task A_subject_is_made_at_first_sight_and_only_once()
    {
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Keys.EnsureSubjectAsync("machine|42", NewKey("0.30")))));
        var id = Assert.Single(keys.Select(key => key.Id).Distinct());
        var caller = Keys.IdentifySubject("machine|42");
        var decisions = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Keys.ChargeAsync(caller, Read))));
        Assert.Equal(2, decisions.Count(decision => decision.IsAllowed));
        Assert.Equal(("machine|42", id), ((await Keys.ValidateAsync(caller)).Key!.ExternalSubject, (await Keys.ValidateAsync(caller)).Key!.Id));
        Assert.False((await Keys.ChargeAsync(Keys.IdentifySubject("Machine|42"), Read)).IsAllowed);
        Assert.Single(await Keys.ListAsync());
        await AssertAddsUpAsync(id);
    }

    [Fact]
    public async Task A_subject_of_another_account_is_not_handed_out()
    {
        var key = await Keys.EnsureSubjectAsync("machine", NewKey(account: "acme"));
        var refused = await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.EnsureSubjectAsync("machine", NewKey(account: "other")));
        Assert.Equal("accountId", refused.Field);
        Assert.DoesNotContain("acme", refused.Message, StringComparison.Ordinal);
        Assert.Equal(key.Id, (await Keys.EnsureSubjectAsync("machine", NewKey(account: "acme"))).Id);
    }

    [Fact]
    public async Task Row64_A_subject_with_characters_that_cannot_be_stored_is_refused_by_name()
    {
        foreach (var subject in new[] { "", "a\0b", "a\uD800", new string('x', 201) })
        {
            Assert.Equal("externalSubject", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.EnsureSubjectAsync(subject, NewKey()))).Field);
            Assert.Equal("externalSubject", Assert.Throws<InvalidFieldException>(() => Keys.IdentifySubject(subject)).Field);
        }

        var more = NewKey() with { MoreBudgets = new Dictionary<string, Budgets.Budget> { ["hourly"] = NewKey().Budget! } };
        Assert.Equal("moreBudgets", (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.EnsureSubjectAsync("machine", more))).Field);
        Assert.Empty(await Keys.ListAsync());
    }

    [Fact]
    public async Task A_subject_whose_row_the_host_gave_to_nobody_gets_a_key_of_its_own()
    {
        var (_, first) = await ChargeAndUnlinkAsync("machine|42");
        var second = await Keys.EnsureSubjectAsync("machine|42", NewKey("0.30"));
        Assert.NotEqual(first, second.Id);
        await Store.ExecuteAsync($"DELETE FROM sdk_api_keys WHERE id = '{second.Id}'");
        var third = await Keys.EnsureSubjectAsync("machine|42", NewKey("0.30"));
        Assert.NotEqual(second.Id, third.Id);
    }

    [Fact]
    public async Task A_subject_that_another_process_gave_a_new_key_is_charged_there()
    {
        var (caller, _) = await ChargeAndUnlinkAsync("machine|42");
        await using var other = new AgentKeys(Store.Open());
        var second = await other.EnsureSubjectAsync("machine|42", NewKey("0.30"));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.Equal(Cost.FromCents(15), (await Keys.FindAsync(second.Id))!.Spent);
    }

    [Fact]
    public async Task Usage_after_the_fact_needs_no_scope_but_a_live_key_and_money()
    {
        var (caller, id) = await MintAsync(NewKey("0.20"));
        var usage = ChargeRequest.ForUsage(Cost.FromCents(15));
        Assert.True((await Keys.ChargeAsync(caller, usage)).IsAllowed);
        Assert.Equal("budget_exhausted", (await Keys.ChargeAsync(caller, usage)).Denial!.Code);
        await Store.SetExpiryAsync(id, TimeSpan.Zero);
        Assert.Equal("invalid_key", (await Keys.ChargeAsync(caller, ChargeRequest.ForUsage(Cost.Zero))).Denial!.Code);
    }

    /// <summary>A subject that was seen and charged here, whose row the host then gave to nobody.</summary>
    private async Task<(Caller Caller, string Id)> ChargeAndUnlinkAsync(string subject)
    {
        var caller = Keys.IdentifySubject(subject);
        var key = await Keys.EnsureSubjectAsync(subject, NewKey("0.30"));
        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET external_subject = NULL WHERE id = '{key.Id}'");
        return (caller, key.Id);
    }
}
