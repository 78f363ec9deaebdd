using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey.StoreContract;

public abstract class KeyContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    [Theory]
    [InlineData("budget_period = 'fortnight'")]
    [InlineData("budget_calendar = 'moon'")]
    [InlineData("budget_cents = -5")]
    [InlineData("budget_used_micros = 9223372036854775807")]
    public async Task A_row_that_makes_no_sense_is_shown_and_hides_no_other(string damage)
    {
        var (sound, _) = await MintAsync();
        var (caller, id) = await MintAsync();
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET {damage} WHERE id = '{id}'");
        var keys = await Keys.ListAsync();
        Assert.Equal(2, keys.Count);
        Assert.Equal([id], keys.Where(key => key.Problem is not null).Select(key => key.Id));
        Assert.NotNull((await Keys.FindAsync(id))!.Problem);
        await Keys.PingAsync();
        Assert.NotNull(await Record.ExceptionAsync(() => Keys.ValidateAsync(caller)));
        var isCharged = false;
        var fault = await Record.ExceptionAsync(async () => isCharged = (await Keys.ChargeAsync(caller, Read)).IsAllowed);
        Assert.False(isCharged, $"The key was charged; {fault?.Message}");
        Assert.True((await Keys.ValidateAsync(sound)).IsAlive);
        Assert.True((await Keys.ChargeAsync(sound, Read)).IsAllowed);
    }

    [Fact]
    public async Task A_text_that_no_store_can_hold_is_refused_by_the_name_of_its_field()
    {
        var (caller, id) = await MintAsync();
        var hour = TimeSpan.FromHours(1);
        var budget = BudgetOwner.Key(id);
        foreach (var bad in (string[])["1\0", "1\ud800", "\udc001"])
        {
            var hold = new HoldReceipt(id, bad, Cost.Zero, DateTimeOffset.MaxValue);
            (string Field, Func<Task> Ask)[] asked =
            [
                ("keyId", () => Keys.FindAsync(bad)),
                ("keyId", () => Keys.FindDescendantsAsync(bad)),
                ("keyId", () => Keys.RotateAsync(bad, hour)),
                ("keyId", () => Keys.RevokeAsync(bad)),
                ("keyId", () => Keys.RevokeWithDescendantsAsync(bad)),
                ("keyId", () => Keys.ChangeCapAsync(bad, Cost.Zero)),
                ("keyId", () => LedgerAsync(bad)),
                ("keyId", () => Keys.ReadUsageAsync(new UsageQuery { KeyId = bad })),
                ("keyId", () => Keys.ReadSpendingAsync(new SpendingQuery { KeyId = bad, Since = default })),
                ("keyId", () => Keys.ReadLedgerPageAsync(new LedgerPageQuery { KeyId = bad })),
                ("keyId", () => Keys.VoidAsync(new ChargeReceipt(bad, "1", Cost.Zero))),
                ("accountId", () => Keys.RotateAsync(id, hour, bad)),
                ("accountId", () => Keys.RevokeAsync(id, bad)),
                ("accountId", () => Keys.ChangeCapAsync(id, Cost.Zero, bad)),
                ("accountId", () => Keys.ListAsync(new KeyQuery { AccountId = bad })),
                ("parentId", () => Keys.ListAsync(new KeyQuery { ParentId = bad })),
                ("search", () => Keys.ListAsync(new KeyQuery { Search = bad })),
                ("afterId", () => Keys.ListAsync(new KeyQuery { AfterId = bad })),
                ("parentId", () => Keys.CreateAsync(NewKey() with { ParentId = bad })),
                ("budget name", () => Keys.RaiseBudgetAsync(budget, bad, Cost.Zero, hour)),
                ("budget name", () => Keys.RemoveBudgetAsync(budget, bad)),
                ("operationId", () => Keys.VoidAsync(new ChargeReceipt(id, bad, Cost.Zero))),
                ("operationId", () => Keys.VoidAsync(hold)),
                ("operationId", () => Keys.SettleAsync(hold, Cost.Zero)),
                ("operationId", () => Keys.ExtendAsync(hold, hour)),
            ];
            foreach (var (field, ask) in asked)
            {
                Assert.Equal(field, (await Assert.ThrowsAsync<InvalidFieldException>(ask)).Field);
            }
        }

        Assert.True((await Keys.ChargeAsync(caller, Read)).IsAllowed);
    }

    [Fact]
    public async Task A_key_reads_back_as_it_was_made()
    {
        var wanted = NewKey("3.00", BudgetPeriod.Month) with { Name = "Müller 🤖", DelegatedBy = "ann", UserId = "u1", Lifetime = Lifetime.Parse("7d") };
        var created = await Keys.CreateAsync(wanted);
        var key = (await Keys.FindAsync(created.Key.Id))!;
        Assert.Equal(created.Key, key);
        Assert.Equal((wanted.AccountId, wanted.Name, wanted.DelegatedBy, wanted.UserId), (key.AccountId!, key.Name, key.DelegatedBy, key.UserId));
        Assert.Equal((wanted.Scopes, wanted.Budget), (key.Scopes, key.Budget));
        Assert.Equal((KeyStatus.Alive, Cost.Zero, Cost.FromDollars(3)), (key.Status, key.Spent, key.Remaining!.Value));
        Assert.True(key.ResetsAt > key.CreatedAt && key.ExpiresAt > key.CreatedAt.AddDays(6));
    }

    [Fact]
    public async Task Unlimited_scopes_and_no_budget_read_back_as_such()
    {
        var created = await Keys.CreateAsync(NewKey() with { Scopes = ScopeSet.Unlimited, Budget = null });
        Assert.True(created.Key.Scopes.IsUnlimited);
        Assert.Equal((null, null), (created.Key.Budget, created.Key.Remaining));
        Assert.Equal((null, null, null), (created.Key.ExpiresAt, created.Key.ResetsAt, created.Key.LastUsedAt));
    }

    [Fact]
    public async Task Validation_tells_a_live_key_from_every_other()
    {
        var (caller, id) = await MintAsync();
        Assert.Equal(id, (await Keys.ValidateAsync(caller)).Key!.Id);
        Assert.Equal("invalid_key", (await Keys.ValidateAsync(Keys.Identify("junk"))).Denial!.Code);
        Assert.Equal("invalid_key", (await Keys.ValidateAsync(Keys.Identify(AgentSecret.Generate().Reveal()))).Denial!.Code);
        await Store.SetExpiryAsync(id, TimeSpan.Zero);
        Assert.False((await Keys.ValidateAsync(caller)).IsAlive);
    }

    [Fact]
    public async Task Many_validations_at_once_each_get_the_answer_to_their_own_key()
    {
        var callers = new List<(Caller Caller, string? Id)>();
        for (var i = 0; i < 4; i++)
        {
            var (parent, parentId) = await MintAsync();
            var child = await Keys.CreateAsync(NewKey("1.00") with { ParentId = parentId });
            callers.AddRange([(parent, parentId), (Keys.Identify(child.Secret.Reveal()), child.Key.Id)]);
        }

        var dead = await MintAsync();
        await Keys.RevokeAsync(dead.Id);
        callers.AddRange([(dead.Caller, null), (Keys.Identify(AgentSecret.Generate().Reveal()), null)]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await Task.Yield();
            return (await Keys.ValidateAsync(callers[i % callers.Count].Caller)).Key?.Id;
        }));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => callers[i % callers.Count].Id), answers);
    }

    [Fact]
    public async Task Rows_are_found_together_each_with_its_budgets()
    {
        var (_, first) = await MintAsync();
        var (_, second) = await MintAsync();
        await Keys.SetBudgetAsync(BudgetOwner.Key(second), "hourly", new Budget(Cost.FromDollars(1), BudgetPeriod.Hour));
        await using var store = Store.Open();

        var rows = await store.FindAllAsync([first, "no id of any table", second], CancellationToken.None);

        Assert.Equal(new[] { first, second }.Order(), rows.Select(row => row.Key.Id).Order());
        Assert.Empty(rows.Single(row => row.Key.Id == first).Budgets);
        Assert.Equal("hourly", Assert.Single(rows.Single(row => row.Key.Id == second).Budgets).Name);
        Assert.Empty(await store.FindAllAsync([], CancellationToken.None));
    }

    [Fact]
    public async Task A_list_is_paged_and_leaves_out_the_dead()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add((await MintAsync()).Id);
        }

        await MintAsync(NewKey(account: "other"));
        await Keys.RevokeAsync(ids[0]);
        await Store.SetExpiryAsync(ids[1], TimeSpan.FromSeconds(-1));
        Assert.Equal(ids[2..], (await Keys.ListAsync(new KeyQuery { AccountId = "acme" })).Select(key => key.Id));
        Assert.Equal(6, (await Keys.ListAsync(new KeyQuery { IncludeDead = true })).Count);
        var page = await Keys.ListAsync(new KeyQuery { IncludeDead = true, Limit = 2, AfterId = ids[1] });
        Assert.Equal(ids[2..4], page.Select(key => key.Id));
    }

    [Fact]
    public async Task A_list_of_the_newest_first_is_paged_downwards()
    {
        var ids = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            ids.Add((await MintAsync()).Id);
        }

        var all = await Keys.ListAsync(new KeyQuery { NewestFirst = true });
        Assert.Equal((await Keys.ListAsync()).Reverse(), all);
        var page = await Keys.ListAsync(new KeyQuery { NewestFirst = true, Limit = 2, AfterId = all[0].Id });
        Assert.Equal(all.Skip(1).Take(2), page);
        Assert.Equal(ids.Order(StringComparer.Ordinal), all.Select(key => key.Id).Order(StringComparer.Ordinal));
        var walked = new List<string>();
        for (string? after = null; walked.Count < ids.Count; after = walked[^1])
        {
            var next = await Keys.ListAsync(new KeyQuery { NewestFirst = true, Limit = 5, AfterId = after });
            Assert.NotEmpty(next);
            walked.AddRange(next.Select(key => key.Id));
        }

        Assert.Equal(all.Select(key => key.Id), walked);
    }

    [Theory]
    [InlineData("acme", "ACME", false)]
    [InlineData("0B5E6F0A-9c1d-4c53-8f3e-aaaaaaaaaaaa", "0b5e6f0a-9c1d-4c53-8f3e-AAAAAAAAAAAA", true)]
    [InlineData("0b5e6f0a-9c1d-4c53-8f3e-aaaaaaaaaaaa", "0b5e6f0a9c1d4c538f3eaaaaaaaaaaaa", false)]
    public async Task A_key_is_listed_rotated_and_revoked_for_the_same_spellings_of_its_account(string account, string spelling, bool isSame)
    {
        var (_, id) = await MintAsync(NewKey(account: account));
        Assert.Equal(isSame ? 1 : 0, (await Keys.ListAsync(new KeyQuery { AccountId = spelling })).Count);
        Assert.Equal(isSame, await Keys.RotateAsync(id, TimeSpan.Zero, spelling) is not null);
        Assert.Equal(isSame, await Keys.RevokeAsync(id, spelling));
    }

    [Fact]
    public async Task A_search_finds_a_part_of_any_name_in_either_case_and_takes_no_wildcards()
    {
        var (_, billing) = await MintAsync(NewKey() with { Name = "Billing run 100%", DelegatedBy = "Ann@Acme.example" });
        var (_, other) = await MintAsync(NewKey(account: "globex") with { Name = "Crawler" });
        (string Search, string[] Found)[] searches =
        [
            ("billing", [billing]), ("RUN 1", [billing]), ("ann@acme", [billing]), ("GLOB", [other]), ("0%", [billing]), ("%", [billing]),
            ("_illing", []), (other, [other]), ("nobody", []), ("'; DROP TABLE sdk_api_keys; --", []),
        ];
        foreach (var (search, found) in searches)
        {
            var keys = await Keys.ListAsync(new KeyQuery { Search = search });
            Assert.All(found, id => Assert.Contains(keys, key => key.Id == id));
            Assert.Equal(found, keys.Select(key => key.Id).Where(id => found.Length == 0 || found.Contains(id)));
        }

        Assert.Empty(await Keys.ListAsync(new KeyQuery { Search = "billing", AccountId = "globex" }));
    }

    [Fact]
    public async Task The_keys_directly_below_a_key_can_be_listed()
    {
        var (_, top) = await MintAsync();
        var (_, child) = await MintAsync(NewKey("1.00") with { ParentId = top });
        await MintAsync(NewKey("1.00") with { ParentId = child });
        Assert.Equal([child], (await Keys.ListAsync(new KeyQuery { ParentId = top })).Select(key => key.Id));
        Assert.Empty(await Keys.ListAsync(new KeyQuery { ParentId = "12abc" }));
    }

    [Fact]
    public async Task Row57_A_key_of_another_account_is_not_found()
    {
        var (_, id) = await MintAsync();
        Assert.False(await Keys.RevokeAsync(id, "other"));
        Assert.Equal(KeyStatus.Alive, (await Keys.FindAsync(id))!.Status);
        Assert.True(await Keys.RevokeAsync(id, "acme"));
        var revokedAt = (await Keys.FindAsync(id))!.RevokedAt;
        Assert.True(await Keys.RevokeAsync(id));
        Assert.Equal(revokedAt, (await Keys.FindAsync(id))!.RevokedAt);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1abc")]
    [InlineData("9223372036854775808")]
    [InlineData("")]
    [InlineData("1; DROP TABLE sdk_api_keys")]
    [InlineData("0d2f4a1e-7f1c-4a35-9f4e-0a8d6c7b5e4f")]
    public async Task Row57_An_id_that_cannot_be_is_not_found(string id)
    {
        await MintAsync();
        Assert.Null(await Keys.FindAsync(id));
        Assert.False(await Keys.RevokeAsync(id));
        Assert.Empty(await Keys.ListAsync(new KeyQuery { ParentId = id }));
    }

    [Fact]
    public async Task Nothing_comes_after_an_id_that_cannot_be()
    {
        await MintAsync();
        Assert.Empty(await Keys.ListAsync(new KeyQuery { AfterId = "zzz; DROP TABLE sdk_api_keys" }));
    }

    [Fact]
    public async Task Bad_input_is_refused_by_name_and_leaves_nothing_behind()
    {
        (string Field, Func<NewKey> Key)[] bad =
        [
            ("accountId", () => NewKey() with { AccountId = "" }),
            ("name", () => NewKey() with { Name = "a\0b" }),
            ("delegatedBy", () => NewKey() with { DelegatedBy = "a\uD800" }),
            ("scopes", () => NewKey() with { Scopes = ScopeSet.Of("Docs") }),
            ("scopes", () => NewKey() with { Scopes = ScopeSet.Of() }),
            ("budget", () => NewKey("3.005")),
            ("cost", () => NewKey("-3")),
            ("period", () => NewKey(period: BudgetPeriod.Parse("fortnight"))),
            ("expires", () => NewKey() with { Lifetime = Lifetime.Parse("-1h") }),
            ("expires", () => NewKey() with { Lifetime = Lifetime.Until(DateTimeOffset.UnixEpoch) }),
        ];
        foreach (var (field, key) in bad)
        {
            Assert.Equal(field, (await Assert.ThrowsAsync<InvalidFieldException>(() => Keys.CreateAsync(key()))).Field);
        }

        Assert.Empty(await Keys.ListAsync(new KeyQuery { IncludeDead = true }));
    }

    [Fact]
    public async Task Migrating_again_and_all_at_once_changes_nothing()
    {
        var (_, id) = await MintAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Keys.MigrateAsync()));
        Assert.NotNull(await Keys.FindAsync(id));
    }
}
