using AgentKey.Money;

namespace AgentKey.Serve.Tests.Clients;

/// <summary>Amounts that languages without decimals send, and charges that are made at the same time.</summary>
public sealed class AmountTests
{
    // Python writes the first as 1e-06. The last is the largest below 2^33, from where doubles are further apart than micro-cents.
    [Theory]
    [InlineData(Client.Python, "0.000001")]
    [InlineData(Client.Python, "0.3")]
    [InlineData(Client.Python, "8589934591.999999")]
    [InlineData(Client.JavaScript, "0.000001")]
    [InlineData(Client.JavaScript, "0.3")]
    [InlineData(Client.JavaScript, "8589934591.999999")]
    public async Task An_amount_arrives_to_the_micro_cent(string language, string cents)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync(cents: 9_000_000_000);

        var outcome = await Client.ChargeAsync(language, sidecar.Server.DataAddress, key.Secret.Reveal(), cents);

        var spent = (await sidecar.ReadAsync(key)).Spent;
        Assert.Equal(Cost.ParseCents(cents, "cents"), spent);
        Assert.StartsWith($"paid {spent.Cents:F6} ", outcome, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Client.Python, "0.30000000000000004")]
    [InlineData(Client.JavaScript, "0.30000000000000004")]
    public async Task An_amount_that_would_have_to_be_rounded_is_refused(string language, string cents)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        Assert.Equal("denied 400 invalid_field", await Client.ChargeAsync(language, sidecar.Server.DataAddress, key.Secret.Reveal(), cents));
        Assert.Equal(Cost.Zero, (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Client.Python)]
    [InlineData(Client.JavaScript)]
    public async Task One_client_charges_for_many_at_once(string language)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        var outcomes = await Client.ChargeAtOnceAsync(language, sidecar.Server.DataAddress, key.Secret.Reveal(), "1.5", times: 80);

        // 100 cents pay for 66.
        Assert.Equal(66, outcomes.Where(outcome => outcome.StartsWith("paid 1.500000 ", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal(14, outcomes.Count(outcome => outcome == "denied 402 budget_exhausted"));
        Assert.Equal(Cost.FromCents(99), (await sidecar.ReadAsync(key)).Spent);
    }
}
