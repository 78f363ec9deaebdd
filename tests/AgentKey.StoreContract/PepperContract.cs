using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.StoreContract;

/// <summary>Hashes that need a pepper.</summary>
public abstract class PepperContract<TStore> : ContractTests<TStore>
    where TStore : StoreUnderTest, new()
{
    private static readonly byte[] First = [.. Enumerable.Repeat((byte)1, 32)];
    private static readonly byte[] Second = [.. Enumerable.Repeat((byte)2, 32)];

    [Fact]
    public async Task A_key_made_with_a_pepper_opens_with_it_and_not_without()
    {
        await using var peppered = Open(current: "p1");
        var created = await peppered.CreateAsync(NewKey());
        var secret = created.Secret.Reveal();
        Assert.Equal(1, await CountAsync("p1"));
        Assert.True((await peppered.ChargeAsync(peppered.Identify(secret), Read)).IsAllowed);
        Assert.True((await peppered.ValidateAsync(peppered.Identify(secret))).IsAlive);
        Assert.Equal(KeyFault.Unknown, (await Keys.ChargeAsync(Keys.Identify(secret), Read)).Denial!.Fault);
        await AssertAddsUpAsync(created.Key.Id);
    }

    [Fact]
    public async Task A_plain_row_changes_over_at_its_first_paid_call_however_many_come_at_once()
    {
        var created = await Keys.CreateAsync(NewKey("3.00"));
        var secret = created.Secret.Reveal();
        await using var one = Open(current: "p1");
        await using var other = Open(current: "p1");
        Assert.True((await one.ValidateAsync(one.Identify(secret))).IsAlive);
        Assert.Equal(0, await CountAsync("p1"));
        AgentKeys[] both = [one, other];
        var decisions = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Task.Run(() => both[i % 2].ChargeAsync(both[i % 2].Identify(secret), Read))));
        Assert.Equal(20, decisions.Count(decision => decision.IsAllowed));
        Assert.Equal(1, await CountAsync("p1"));
        await using var strict = Open(current: "p1", acceptPlain: false);
        Assert.True((await strict.ValidateAsync(strict.Identify(secret))).IsAlive);
        Assert.False((await Keys.ValidateAsync(Keys.Identify(secret))).IsAlive);
        await AssertAddsUpAsync(created.Key.Id);
    }

    [Fact]
    public async Task A_row_of_the_typescript_library_changes_over_too()
    {
        var secret = "ak_" + new string('5', 48);
        var (_, id) = await MintAsync();
        await Store.ExecuteAsync($"UPDATE sdk_api_keys SET key_hash = '{SecretHash.Of(secret).Hex}' WHERE id = '{id}'");
        await using var peppered = Open(current: "p1");
        Assert.True((await peppered.ChargeAsync(peppered.Identify(secret), Read)).IsAllowed);
        Assert.True((await peppered.ChargeAsync(peppered.Identify(secret), Read)).IsAllowed);
        Assert.Equal(1, await CountAsync("p1"));
    }

    [Fact]
    public async Task Who_can_write_the_table_cannot_forge_a_key_once_plain_hashes_are_refused()
    {
        var (_, id) = await MintAsync();
        var mine = AgentSecret.Generate();
        await using var lenient = Open(current: "p1", upgrade: false);
        await using var strict = Open(current: "p1", acceptPlain: false);
        foreach (var forged in new[] { mine.Hash.Hex, $"p1:{mine.Hash.Hex}", $"p2:{mine.Hash.Hex}" })
        {
            await Store.ExecuteAsync($"UPDATE sdk_api_keys SET key_hash = '{forged}' WHERE id = '{id}'");
            Assert.Equal(forged == mine.Hash.Hex, (await lenient.ChargeAsync(lenient.Identify(mine.Reveal()), Read)).IsAllowed);
            Assert.Equal(KeyFault.Unknown, (await strict.ChargeAsync(strict.Identify(mine.Reveal()), Read)).Denial!.Fault);
        }
    }

    [Fact]
    public async Task A_pepper_is_replaced_without_a_call_refused()
    {
        await using var before = Open(current: "p1");
        await using var after = Open(current: "p2");
        var created = await before.CreateAsync(NewKey());
        var secret = created.Secret.Reveal();
        Assert.True((await after.ChargeAsync(after.Identify(secret), Read)).IsAllowed);
        Assert.Equal((0, 1), (await CountAsync("p1"), await CountAsync("p2")));
        Assert.True((await before.ChargeAsync(before.Identify(secret), Read)).IsAllowed);

        // Two settings at once pull the row to and fro, and lose nothing.
        Assert.Equal((1, 0), (await CountAsync("p1"), await CountAsync("p2")));
        Assert.True((await after.ChargeAsync(after.Identify(secret), Read)).IsAllowed);
        await AssertAddsUpAsync(created.Key.Id);
    }

    [Fact]
    public async Task A_secret_asks_for_the_next_one_whatever_its_row_is_hashed_with()
    {
        var created = await Keys.CreateAsync(NewKey());
        await using var peppered = Open(current: "p1");
        var second = (await peppered.RotateAsync(peppered.Identify(created.Secret.Reveal()), TimeSpan.FromHours(1)))!.Secret.Reveal();
        Assert.Null(await peppered.RotateAsync(peppered.Identify(created.Secret.Reveal()), TimeSpan.Zero));
        Assert.NotNull(await peppered.RotateAsync(peppered.Identify(second), TimeSpan.Zero));
    }

    [Fact]
    public async Task An_overlap_goes_on_across_the_change()
    {
        var created = await Keys.CreateAsync(NewKey());
        var old = created.Secret.Reveal();
        await using var peppered = Open(current: "p1");
        var renewed = (await peppered.RotateAsync(created.Key.Id, TimeSpan.FromHours(1)))!.Secret.Reveal();
        foreach (var secret in new[] { old, renewed, old })
        {
            Assert.True((await peppered.ChargeAsync(peppered.Identify(secret), Read)).IsAllowed);
        }

        Assert.Equal(1, await CountAsync("p1"));
        await using var strict = Open(current: "p1", acceptPlain: false);
        Assert.False((await strict.ChargeAsync(strict.Identify(old), Read)).IsAllowed);
        Assert.True((await strict.ChargeAsync(strict.Identify(renewed), Read)).IsAllowed);
    }

    [Fact]
    public async Task Rows_are_left_alone_when_that_was_asked_for_and_when_the_call_was_refused()
    {
        var (_, id) = await MintAsync();
        var created = await Keys.CreateAsync(NewKey("0.10"));
        await using var idle = Open(current: "p1", upgrade: false);
        await using var eager = Open(current: "p1");
        Assert.Equal("budget_exhausted", (await eager.ChargeAsync(eager.Identify(created.Secret.Reveal()), Read)).Denial!.Code);
        Assert.True((await idle.ChargeAsync(idle.Identify(created.Secret.Reveal()), new ChargeRequest("docs.read", Cost.FromCents(1)))).IsAllowed);
        Assert.Equal(0, await CountAsync("p1"));
        Assert.Empty(await LedgerAsync(id));
    }

    private AgentKeys Open(string current, bool acceptPlain = true, bool upgrade = true)
    {
        var options = new AgentKeysOptions { Peppers = { Current = current, AcceptPlainHashes = acceptPlain, UpgradeHashes = upgrade } };
        options.Peppers.Add("p1", First);
        options.Peppers.Add("p2", Second);
        return new AgentKeys(Store.Open(), options);
    }

    private Task<long> CountAsync(string pepper) => Store.ExecuteAsync($"SELECT count(*) FROM sdk_api_keys WHERE key_hash LIKE '{pepper}:%'");
}
