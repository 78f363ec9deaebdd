using System.Net;
using AgentKey.Money;

namespace AgentKey.Serve.Tests.DataPlane;

public sealed class IdempotencyTests
{
    private const string Replayed = "Idempotent-Replayed";

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row36_One_id_is_charged_once_and_always_answered_as_the_first_time_even_by_another_process(string kind)
    {
        await using var database = await Database.CreateAsync(kind);
        await using var sidecar = await Sidecar.StartAsync(database);
        var key = await sidecar.MintAsync();

        using var first = await sidecar.ChargeAsync(key, 15, "order-1");
        using var other = await sidecar.ChargeAsync(key, 20, "order-2");
        using var again = await sidecar.ChargeAsync(key, 15, "order-1");
        await using var restarted = await Sidecar.StartAsync(database);
        using var after = await restarted.ChargeAsync(key, 15, "order-1");

        Assert.Equal(85m, (await first.IsDoneAsync()).Amount("remainingCents"));
        Assert.False(first.Headers.Contains(Replayed));
        Assert.False(other.Headers.Contains(Replayed));
        foreach (var repeated in new[] { again, after })
        {
            Assert.Equal("true", Assert.Single(repeated.Headers.GetValues(Replayed)));
            Assert.Equal(await first.TextAsync(), await repeated.TextAsync());
        }

        Assert.Equal(Cost.FromCents(35), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row36_Of_32_at_once_with_one_id_one_is_charged_and_all_get_its_answer(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => sidecar.ChargeAsync(key, 15, "order-1")));

        Assert.Single((await Task.WhenAll(responses.Select(response => response.TextAsync()))).Distinct());
        Assert.Single(responses, response => !response.Headers.Contains(Replayed));
        Assert.Equal(Cost.FromCents(15), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row36_The_same_id_for_something_else_is_a_conflict(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        using var first = await sidecar.ChargeAsync(key, 15, "order-1");

        using var dearer = await sidecar.ChargeAsync(key, 16, "order-1");
        using var elsewhere = await sidecar.ChargeAsync(key, 15, "order-1", scope: "docs.write");
        using var held = await sidecar.HoldAsync(key, 15, "order-1");

        foreach (var response in new[] { dearer, elsewhere, held })
        {
            await response.IsProblemAsync(HttpStatusCode.Conflict, "idempotency_mismatch");
        }

        Assert.Equal(Cost.FromCents(15), (await sidecar.ReadAsync(key)).Spent);
    }

    [Fact]
    public async Task A_refusal_is_not_remembered_so_the_same_id_pays_when_there_is_money_again()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync(cents: 10);
        using var blocking = await sidecar.ChargeAsync(key, 10);
        using var refused = await sidecar.ChargeAsync(key, 1, "order-1");
        using var returned = await sidecar.AskAsync($"/v1/charges/{(await blocking.IsDoneAsync()).Text("id")}/void", null);

        using var paid = await sidecar.ChargeAsync(key, 1, "order-1");

        await refused.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        await paid.IsDoneAsync();
        Assert.False(paid.Headers.Contains(Replayed));
    }

    [Fact]
    public async Task An_id_belongs_to_its_key_so_another_agent_is_not_in_its_way()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var (one, two) = (await sidecar.MintAsync(), await sidecar.MintAsync());

        using var first = await sidecar.ChargeAsync(one, 15, "order-1");
        using var second = await sidecar.ChargeAsync(two, 30, "order-1");

        Assert.NotEqual((await first.IsDoneAsync()).Text("id"), (await second.IsDoneAsync()).Text("id"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("\"a\"b\"")]
    public async Task An_id_of_another_form_charges_nothing(string id)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        using var response = await sidecar.ChargeAsync(key, 15, id);

        Assert.Equal("Idempotency-Key", (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
        Assert.Equal(Cost.Zero, (await sidecar.ReadAsync(key)).Spent);
    }
}
