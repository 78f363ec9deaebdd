using System.Net;
using System.Text.Json.Nodes;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Serve.Tests.DataPlane;

public sealed class HoldTests
{
    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Held_money_counts_at_once_and_what_was_not_used_comes_back(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();

        using var held = await sidecar.HoldAsync(key, 40);
        var hold = await held.IsDoneAsync();
        var during = await sidecar.ReadAsync(key);
        using var settled = await SettleAsync(sidecar, hold.Text("id"), 12.5m);

        Assert.Equal((40m, 60m), (hold.Amount("upToCents"), hold.Amount("remainingCents")));
        Assert.Equal(Cost.FromCents(40), during.Held);
        var result = await settled.IsDoneAsync();
        Assert.Equal(("settled", 12.5m, 0m, 87.5m), (result.Text("outcome"), result.Amount("spentCents"), result.Amount("overrunCents"), result.Amount("remainingCents")));
        Assert.Equal(Cost.FromCents(12.5m), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row39_What_costs_more_than_was_held_is_recorded_in_full_and_blocks_the_next_call(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync(cents: 20);
        using var held = await sidecar.HoldAsync(key, 20);

        using var settled = await SettleAsync(sidecar, (await held.IsDoneAsync()).Text("id"), 25);
        using var next = await sidecar.ChargeAsync(key, 1);

        var result = await settled.IsDoneAsync();
        Assert.Equal((25m, 5m), (result.Amount("spentCents"), result.Amount("overrunCents")));
        await next.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row40_Each_state_of_a_hold_has_an_answer_of_its_own(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        var settled = await HoldAndAsync(sidecar, key, "settle", new JsonObject { ["costCents"] = 1 });
        var voided = await HoldAndAsync(sidecar, key, "void", null);

        foreach (var (id, action, body, code) in new[]
        {
            (settled, "settle", """{"costCents": 2}""", "already_settled"),
            (settled, "void", null, "already_settled"),
            (settled, "extend", """{"expires": "5m"}""", "already_settled"),
            (voided, "settle", """{"costCents": 2}""", "already_voided"),
            (voided, "extend", """{"expires": "5m"}""", "already_voided"),
        })
        {
            using var response = await Sidecar.AskAsync(sidecar.App, $"/v1/holds/{id}/{action}", body);
            await response.IsProblemAsync(HttpStatusCode.Conflict, code);
        }

        using var again = await sidecar.AskAsync($"/v1/holds/{voided}/void", null);
        Assert.Equal("already_voided", (await again.IsDoneAsync()).Text("outcome"));
        Assert.Equal(Cost.FromCents(1), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Database.Sqlite, "settled", "already_settled")]
    [InlineData(Database.Postgres, "settled", "already_settled")]
    [InlineData(Database.Sqlite, "voided", "duplicate_call")]
    [InlineData(Database.Postgres, "voided", "duplicate_call")]
    [InlineData(Database.Sqlite, "expired", "expired")]
    [InlineData(Database.Postgres, "expired", "expired")]
    public async Task A_hold_that_is_repeated_after_its_end_says_how_it_ended(string kind, string state, string code)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        using var held = await sidecar.HoldAsync(key, 40, "work-1");
        var first = await held.IsDoneAsync();
        using var during = await sidecar.HoldAsync(key, 40, "work-1");
        Assert.Equal(first.GetRawText(), (await during.IsDoneAsync()).GetRawText());
        switch (state)
        {
            case "settled":
                using (var settled = await SettleAsync(sidecar, first.Text("id"), 1))
                {
                    await settled.IsDoneAsync();
                }

                break;
            case "voided":
                using (var voided = await sidecar.AskAsync($"/v1/holds/{first.Text("id")}/void", null))
                {
                    await voided.IsDoneAsync();
                }

                break;
            default:
                await sidecar.Database.ExecuteAsync($"UPDATE sdk_api_keys_holds SET expires_at = {(kind == Database.Sqlite ? "1" : "'2020-01-01Z'")}");
                break;
        }

        using var again = await sidecar.HoldAsync(key, 40, "work-1");

        await again.IsProblemAsync(HttpStatusCode.Conflict, code);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task A_settlement_that_is_repeated_by_its_id_gets_the_first_answer(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        using var held = await sidecar.HoldAsync(key, 40);
        var path = $"/v1/holds/{(await held.IsDoneAsync()).Text("id")}/settle";

        using var first = await sidecar.AskAsync(path, new JsonObject { ["costCents"] = 10 }, "done-1");
        using var between = await sidecar.ChargeAsync(key, 5);
        using var again = await sidecar.AskAsync(path, new JsonObject { ["costCents"] = 10 }, "done-1");
        using var other = await sidecar.AskAsync(path, new JsonObject { ["costCents"] = 11 }, "done-1");

        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(await first.TextAsync(), await again.TextAsync());
        await other.IsProblemAsync(HttpStatusCode.Conflict, "idempotency_mismatch");
        Assert.Equal(Cost.FromCents(15), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Work_that_is_done_is_settled_although_the_key_died_meanwhile(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        using var held = await sidecar.HoldAsync(key, 40);
        await sidecar.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);

        using var settled = await SettleAsync(sidecar, (await held.IsDoneAsync()).Text("id"), 10);

        Assert.Equal("settled", (await settled.IsDoneAsync()).Text("outcome"));
        Assert.Equal(Cost.FromCents(10), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task A_hold_lives_as_long_as_was_asked_for_and_longer_when_it_is_extended(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        using var held = await sidecar.HoldAsync(key, 40);
        var hold = await held.IsDoneAsync();

        using var extended = await sidecar.AskAsync($"/v1/holds/{hold.Text("id")}/extend", new JsonObject { ["expires"] = "1h" });

        var longer = (await extended.IsDoneAsync()).GetProperty("expiresAt").GetDateTime() - hold.GetProperty("expiresAt").GetDateTime();
        Assert.InRange(longer, TimeSpan.FromMinutes(55), TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData("ho_unknown")]
    [InlineData("ho_OTkKbm8")]
    [InlineData("ho_%2e%2e%2f")]
    [InlineData("ch_OTkKbm8")]
    [InlineData("7")]
    public async Task Row57_An_id_that_is_none_is_not_found_like_one_that_is_not_there(string id)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        foreach (var (action, body) in new[] { ("settle", """{"costCents": 1}"""), ("extend", """{"expires": "5m"}"""), ("void", null) })
        {
            using var response = await Sidecar.AskAsync(sidecar.App, $"/v1/holds/{id}/{action}", body);
            await response.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task A_hold_is_not_found_as_a_charge_nor_a_charge_as_a_hold()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();
        using var held = await sidecar.HoldAsync(key, 10);
        using var charged = await sidecar.ChargeAsync(key, 15);

        foreach (var (plane, kind, answer) in new[] { ("charges", "ch_", held), ("holds", "ho_", charged) })
        {
            var id = kind + (await answer.IsDoneAsync()).Text("id")[kind.Length..];
            using var returned = await sidecar.AskAsync($"/v1/{plane}/{id}/void", null);
            await returned.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
        }

        Assert.Equal(Cost.FromCents(25), (await sidecar.ReadAsync(key)).Spent);
    }

    private static Task<HttpResponseMessage> SettleAsync(Sidecar sidecar, string id, decimal cents) =>
        sidecar.AskAsync($"/v1/holds/{id}/settle", new JsonObject { ["costCents"] = cents });

    private static async Task<string> HoldAndAsync(Sidecar sidecar, CreatedKey key, string action, JsonObject? body)
    {
        using var held = await sidecar.HoldAsync(key, 10);
        var id = (await held.IsDoneAsync()).Text("id");
        using var done = await sidecar.AskAsync($"/v1/holds/{id}/{action}", body);
        await done.IsDoneAsync();
        return id;
    }
}
