using System.Net;
using System.Text.Json.Nodes;
using AgentKey.Money;

namespace AgentKey.Serve.Tests.DataPlane;

public sealed class ChargeTests
{
    [Theory]
    [InlineData("charges", "ch_", "void", "{}")]
    [InlineData("holds", "ho_", "void", "{}")]
    [InlineData("holds", "ho_", "extend", """{"expires":"5m"}""")]
    [InlineData("holds", "ho_", "settle", """{"costCents":1}""")]
    public async Task An_id_that_no_store_can_hold_is_one_that_is_not_there(string kind, string prefix, string action, string body)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Postgres);
        var key = await sidecar.MintAsync();
        var id = prefix + Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{key.Key.Id}\na\0b")).Replace('+', '-').Replace('/', '_').TrimEnd('=');

        using var response = await Sidecar.AskAsync(sidecar.App, $"/v1/{kind}/{id}/{action}", body);

        await response.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task A_charge_says_what_is_left_and_is_in_the_ledger_with_all_that_was_said(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        var body = new JsonObject
        {
            ["key"] = key.Secret.Reveal(),
            ["scope"] = "docs.read",
            ["costCents"] = 0.0004m,
            ["tool"] = "search",
            ["onBehalfOf"] = "ann",
            ["traceId"] = "4bf92f3577b34da6a3ce929d0e0e4736",
        };

        using var response = await sidecar.AskAsync("/v1/charges", body);

        var charge = await response.IsDoneAsync();
        Assert.Equal(0.0004m, charge.Amount("costCents"));
        Assert.Equal(99.9996m, charge.Amount("remainingCents"));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        var entry = Assert.Single(await sidecar.Keys.ReadLedgerAsync(key.Key.Id).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            ("search", "docs.read", "ann", "4bf92f3577b34da6a3ce929d0e0e4736", charge.Text("operationId")),
            (entry.Tool, entry.Scope, entry.OnBehalfOf, entry.TraceId, entry.OperationId));
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row32_Of_64_charges_at_once_exactly_those_are_made_that_there_is_money_for(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync(cents: 20);

        var responses = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => sidecar.ChargeAsync(key, 1)));

        Assert.Equal(20, responses.Count(response => response.StatusCode == HttpStatusCode.OK));
        Assert.Equal(44, responses.Count(response => response.StatusCode == HttpStatusCode.PaymentRequired));
        Assert.Equal(Cost.FromCents(20), (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task A_charge_can_be_returned_once_and_asking_again_changes_nothing(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        using var response = await sidecar.ChargeAsync(key, 15);
        var id = (await response.IsDoneAsync()).Text("id");

        using var first = await sidecar.AskAsync($"/v1/charges/{id}/void", null);
        using var second = await sidecar.AskAsync($"/v1/charges/{id}/void", null);

        Assert.Equal("voided", (await first.IsDoneAsync()).Text("outcome"));
        Assert.Equal("already_voided", (await second.IsDoneAsync()).Text("outcome"));
        Assert.Equal(Cost.Zero, (await sidecar.ReadAsync(key)).Spent);
    }

    [Theory]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1e-05", "0.00001")]
    [InlineData("2.50E1", "25")]
    [InlineData("0", "0")]
    public async Task Amounts_are_exact_however_a_language_writes_its_numbers(string written, string cents)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        using var response = await Sidecar.AskAsync(sidecar.App, "/v1/charges", $$"""{"key": "{{key.Secret.Reveal()}}", "scope": "docs.read", "costCents": {{written}}}""");

        await response.IsDoneAsync();
        Assert.Equal(Cost.ParseCents(cents), (await sidecar.ReadAsync(key)).Spent);
    }

    [Fact]
    public async Task Refusals_are_those_of_an_application_of_ours_so_that_they_can_be_handed_on()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync(cents: 10);

        using var tooDear = await sidecar.ChargeAsync(key, 15);
        using var forbidden = await sidecar.ChargeAsync(key, 1, scope: "proxy.chat");

        var exhausted = await tooDear.IsProblemAsync(HttpStatusCode.PaymentRequired, "budget_exhausted");
        Assert.Equal((15m, 10m, $"key:{key.Key.Id}"), (exhausted.Amount("costCents"), exhausted.Amount("remainingCents"), exhausted.Text("refusedBy")));
        var scope = await forbidden.IsProblemAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        Assert.Equal("proxy.chat", scope.Text("requiredScope"));
        Assert.Contains("error=\"insufficient_scope\", scope=\"proxy.chat\"", forbidden.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row9_Whatever_is_wrong_with_a_key_the_answer_is_the_same_but_for_the_trace_id()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var (revoked, expired) = (await sidecar.MintAsync(), await sidecar.MintAsync());
        await sidecar.Keys.RevokeAsync(revoked.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        await sidecar.Database.ExpireAsync(expired.Key.Id);
        string[] keys = ["", "junk", new('x', 20_000), Keys.AgentSecret.Generate().Reveal(), revoked.Secret.Reveal(), expired.Secret.Reveal()];

        foreach (var path in new[] { "/v1/validate", "/v1/charges" })
        {
            var answers = new HashSet<string>();
            foreach (var key in keys)
            {
                var body = path == "/v1/validate" ? new JsonObject { ["key"] = key } : new JsonObject { ["key"] = key, ["scope"] = "docs.read", ["costCents"] = 1 };
                using var response = await sidecar.AskAsync(path, body);
                var problem = await response.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
                answers.Add($"{(await response.TextAsync()).Replace(problem.Text("traceId"), "", StringComparison.Ordinal)} {response.Headers.WwwAuthenticate} {response.Headers.CacheControl}");
            }

            Assert.Single(answers);
        }
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task A_subject_that_the_application_has_verified_pays_without_a_secret(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var info = await sidecar.Keys.EnsureSubjectAsync(
            "machine-7",
            new Keys.NewKey { AccountId = "acme", Scopes = Scopes.ScopeSet.Of("docs.*"), Budget = new Budgets.Budget(Cost.FromCents(5), Budgets.BudgetPeriod.Once) },
            TestContext.Current.CancellationToken);

        using var known = await sidecar.AskAsync("/v1/charges", new JsonObject { ["subject"] = "machine-7", ["scope"] = "docs.read", ["costCents"] = 2 });
        using var unknown = await sidecar.AskAsync("/v1/charges", new JsonObject { ["subject"] = "machine-8", ["scope"] = "docs.read", ["costCents"] = 2 });

        Assert.Equal(info.Id, (await known.IsDoneAsync()).Text("keyId"));
        await unknown.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
    }

    [Fact]
    public async Task Validation_describes_the_key_and_charges_nothing()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        using var response = await sidecar.AskAsync("/v1/validate", new JsonObject { ["key"] = key.Secret.Reveal() });

        var described = await response.IsDoneAsync();
        Assert.Equal((key.Key.Id, "alive", 100m), (described.Text("id"), described.Text("status"), described.Amount("remainingCents")));
        Assert.Equal("docs.*", Assert.Single(described.GetProperty("scopes").EnumerateArray()).GetString());
        Assert.Empty(await sidecar.Keys.ReadLedgerAsync(key.Key.Id).ToListAsync(TestContext.Current.CancellationToken));
    }
}
