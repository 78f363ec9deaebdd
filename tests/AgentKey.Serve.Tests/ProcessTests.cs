using System.Net;
using System.Text.Json.Nodes;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Serve.Tests;

/// <summary>Several sidecars on one database, and one that is killed.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row33_Of_a_thousand_charges_through_three_processes_exactly_those_are_made_that_there_is_money_for(string kind)
    {
        await using var database = await Database.CreateAsync(kind);
        await using var beside = await Sidecar.StartAsync(database);
        var key = await beside.MintAsync(cents: 500);
        await using var one = await ServeProcess.StartAsync(database);
        await using var two = await ServeProcess.StartAsync(database);
        await using var three = await ServeProcess.StartAsync(database);
        var clients = new[] { one, two, three }.Select(process => Sidecar.ClientOf(process.Data, Sidecar.AppToken)).ToArray();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async i =>
        {
            using var response = await ChargeAsync(clients[i % clients.Length], key);
            return response.StatusCode;
        }));

        Assert.Equal(500, statuses.Count(status => status == HttpStatusCode.OK));
        Assert.Equal(500, statuses.Count(status => status == HttpStatusCode.PaymentRequired));
        Assert.Equal(Cost.FromCents(500), (await beside.ReadAsync(key)).Spent);
        Assert.Empty(await beside.Keys.VerifyAsync(TestContext.Current.CancellationToken));
        Array.ForEach(clients, client => client.Dispose());
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row38_What_a_killed_process_held_is_there_again_after_its_time_and_a_late_settlement_is_charged_once(string kind)
    {
        await using var database = await Database.CreateAsync(kind);
        await using var beside = await Sidecar.StartAsync(database);
        var key = await beside.MintAsync(cents: 1);
        string id;
        await using (var killed = await ServeProcess.StartAsync(database))
        {
            using var client = Sidecar.ClientOf(killed.Data, Sidecar.AppToken);
            var body = new JsonObject { ["key"] = key.Secret.Reveal(), ["scope"] = "docs.read", ["upToCents"] = 1, ["expires"] = "1m" };
            using var held = await Sidecar.AskAsync(client, "/v1/holds", body.ToJsonString());
            id = (await held.IsDoneAsync()).Text("id")!;
        }

        using var before = await ChargeAsync(beside.App, key);
        await database.ExecuteAsync("UPDATE sdk_api_keys_holds SET expires_at = held_at");
        using var after = await ChargeAsync(beside.App, key);
        using var late = await Sidecar.AskAsync(beside.App, $"/v1/holds/{id}/settle", """{"costCents": 1}""");
        using var later = await Sidecar.AskAsync(beside.App, $"/v1/holds/{id}/settle", """{"costCents": 1}""");

        await before.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        await after.IsDoneAsync();
        Assert.Equal("settled_late", (await late.IsDoneAsync()).Text("outcome"));
        await later.IsProblemAsync(HttpStatusCode.Conflict, "already_settled");
        Assert.Equal(Cost.FromCents(2), (await beside.ReadAsync(key)).Spent);
        Assert.Empty(await beside.Keys.VerifyAsync(TestContext.Current.CancellationToken));
    }

    private static Task<HttpResponseMessage> ChargeAsync(HttpClient client, CreatedKey key) => Sidecar.AskAsync(
        client, "/v1/charges", new JsonObject { ["key"] = key.Secret.Reveal(), ["scope"] = "docs.read", ["costCents"] = 1 }.ToJsonString());
}
