using System.Net;
using System.Text.Json.Nodes;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Serve.Tests.AdminPlane;

public sealed class KeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "keys?account=%00", null, "account")]
    [InlineData("GET", "keys?after=1%00", null, "after")]
    [InlineData("GET", "usage?key=%00", null, "key")]
    [InlineData("POST", "keys", """{"accountId":"acme","scopes":["docs.read"],"budgetCents":5,"parentId":"1\u0000"}""", "parentId")]
    [InlineData("POST", "keys/1/raise", """{"byCents":1,"for":"1h","budget":"a\u0000"}""", "budget")]
    [InlineData("POST", "keys/1/rotate?account=%00", "{}", "account")]
    public async Task A_text_that_no_store_can_hold_is_refused_by_its_name(string method, string path, string? body, string field)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Postgres);
        await sidecar.MintAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/admin/v1/" + path)
        {
            Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };

        using var response = await sidecar.Admin!.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(field, (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task A_key_is_made_used_raised_capped_rotated_and_revoked_over_http_alone(string kind)
    {
        const string account = "0b5e6f0a-9c1d-4c53-8f3e-aaaaaaaaaaaa";
        await using var sidecar = await Sidecar.StartAsync(kind);
        using var created = await sidecar.AdministerAsync(
            "/admin/v1/keys",
            new JsonObject { ["accountId"] = account, ["name"] = "bot", ["scopes"] = new JsonArray("docs.*"), ["budgetCents"] = 20, ["period"] = "day", ["expires"] = "7d" });
        var made = await created.IsDoneAsync(HttpStatusCode.Created);
        var (id, secret) = (made.GetProperty("key").Text("id"), made.Text("secret"));
        Assert.Equal("no-store", created.Headers.CacheControl?.ToString());

        using var charged = await ChargeAsync(sidecar, secret, 15);
        await charged.IsDoneAsync();
        using var raised = await sidecar.AdministerAsync($"/admin/v1/keys/{id}/raise", new JsonObject { ["byCents"] = 10, ["for"] = "1h" });
        Assert.Equal(15m, (await raised.IsDoneAsync()).Amount("remainingCents"));
        using var capped = await sidecar.AdministerAsync($"/admin/v1/keys/{id}/budget", new JsonObject { ["budgetCents"] = 30 });
        var now = await capped.IsDoneAsync();
        Assert.Equal((30m, 25m, "day"), (now.Amount("budgetCents"), now.Amount("remainingCents"), now.Text("period")));
        using var loweredAgain = await sidecar.AdministerAsync($"/admin/v1/keys/{id}/budget?account={account.ToUpperInvariant()}", new JsonObject { ["budgetCents"] = 20 });
        Assert.Equal(15m, (await loweredAgain.IsDoneAsync()).Amount("remainingCents"));
        using var rotated = await sidecar.AdministerAsync($"/admin/v1/keys/{id}/rotate", []);
        var fresh = (await rotated.IsDoneAsync()).Text("secret");
        using var old = await ChargeAsync(sidecar, secret, 1);
        await old.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");
        using var paid = await ChargeAsync(sidecar, fresh, 1);
        Assert.Equal(14m, (await paid.IsDoneAsync()).Amount("remainingCents"));

        using var revoked = await sidecar.AdministerAsync($"/admin/v1/keys/{id}/revoke", []);
        Assert.Equal(1, (await revoked.IsDoneAsync()).GetProperty("revoked").GetInt32());
        using var after = await ChargeAsync(sidecar, fresh, 1);
        await after.IsProblemAsync(HttpStatusCode.Unauthorized, "invalid_key");

        // Each change has its line, by its event id; and none of the lines has a secret.
        foreach (var audit in new[] { 3001, 3002, 3003, 3004 })
        {
            Assert.Contains($"ey {id} ", Assert.Single(sidecar.Log.Of(audit)), StringComparison.Ordinal);
        }

        Assert.Equal([$"The cap of key {id} is $0.30 from", $"The cap of key {id} is $0.20 from"], sidecar.Log.Of(3006).Select(line => line[..line.IndexOf(" now", StringComparison.Ordinal)]));

        foreach (var hidden in new[] { secret, fresh, Sidecar.AppToken, Sidecar.AdminToken })
        {
            Assert.DoesNotContain(hidden, sidecar.Log.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_chain_ends_at_once_and_in_all_its_parts()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var parent = await sidecar.MintAsync();
        using var created = await sidecar.AdministerAsync(
            "/admin/v1/keys",
            new JsonObject { ["accountId"] = "acme", ["scopes"] = new JsonArray("docs.read"), ["budgetCents"] = 10, ["parentId"] = parent.Key.Id, ["carve"] = true });
        await created.IsDoneAsync(HttpStatusCode.Created);

        using var revoked = await sidecar.AdministerAsync($"/admin/v1/keys/{parent.Key.Id}/revoke", new JsonObject { ["descendants"] = true });

        Assert.Equal(2, (await revoked.IsDoneAsync()).GetProperty("revoked").GetInt32());
        Assert.Equal(Cost.Zero, (await sidecar.ReadAsync(parent)).Spent);
    }

    [Fact]
    public async Task Keys_are_listed_by_pages_and_by_account_without_their_secrets()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var minted = new List<CreatedKey>();
        for (var i = 0; i < 5; i++)
        {
            minted.Add(await sidecar.MintAsync());
        }

        await sidecar.Keys.RevokeAsync(minted[0].Key.Id, cancellationToken: Cancel);
        using var first = await sidecar.Admin!.GetAsync("/admin/v1/keys?account=acme&limit=3", Cancel);
        var page = await first.IsDoneAsync();
        using var second = await sidecar.Admin.GetAsync($"/admin/v1/keys?limit=3&after={page.Text("after")}", Cancel);
        using var all = await sidecar.Admin.GetAsync("/admin/v1/keys?dead=true", Cancel);
        using var others = await sidecar.Admin.GetAsync("/admin/v1/keys?account=other", Cancel);

        Assert.Equal(minted[1..4].Select(key => key.Key.Id), page.GetProperty("keys").EnumerateArray().Select(key => key.Text("id")));
        var rest = await second.IsDoneAsync();
        Assert.Equal(minted[4].Key.Id, Assert.Single(rest.GetProperty("keys").EnumerateArray()).Text("id"));
        Assert.Null(rest.GetProperty("after").GetString());
        Assert.Equal(5, (await all.IsDoneAsync()).GetProperty("keys").GetArrayLength());
        Assert.Equal(0, (await others.IsDoneAsync()).GetProperty("keys").GetArrayLength());
        Assert.DoesNotContain(minted[1].Secret.Reveal(), await first.TextAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Usage_adds_up_by_key_tool_scope_and_day(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        using var one = await sidecar.ChargeAsync(key, 15);
        using var two = await sidecar.ChargeAsync(key, 0.5m, scope: "docs.search");

        foreach (var (by, groups) in new[] { ("key", 1), ("scope", 2), ("tool", 1), ("day", 1) })
        {
            using var response = await sidecar.Admin!.GetAsync($"/admin/v1/usage?by={by}&key={key.Key.Id}", Cancel);
            var usage = (await response.IsDoneAsync()).GetProperty("usage").EnumerateArray().ToArray();
            Assert.Equal(groups, usage.Length);
            Assert.Equal(15.5m, usage.Sum(row => row.Amount("spentCents")));
        }
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task A_subject_gets_its_key_once_and_pays_by_its_name(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var body = new JsonObject { ["subject"] = "machine-7", ["accountId"] = "acme", ["scopes"] = new JsonArray("docs.*"), ["budgetCents"] = 5 };

        using var first = await sidecar.AdministerAsync("/admin/v1/subjects", body);
        using var again = await sidecar.AdministerAsync("/admin/v1/subjects", body);
        using var charged = await sidecar.AskAsync("/v1/charges", new JsonObject { ["subject"] = "machine-7", ["scope"] = "docs.read", ["costCents"] = 2 });

        var id = (await first.IsDoneAsync()).Text("id");
        Assert.Equal(id, (await again.IsDoneAsync()).Text("id"));
        Assert.Equal(id, (await charged.IsDoneAsync()).Text("keyId"));
    }

    [Fact]
    public async Task A_subject_that_is_none_is_named_as_the_request_names_it()
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        using var response = await sidecar.AdministerAsync(
            "/admin/v1/subjects", new JsonObject { ["subject"] = "", ["accountId"] = "acme", ["scopes"] = new JsonArray("docs.*"), ["budgetCents"] = 5 });

        Assert.Equal("subject", (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
    }

    [Theory]
    [InlineData("999999")]
    [InlineData("12abc")]
    [InlineData("-1")]
    [InlineData("9223372036854775808")]
    public async Task Row57_A_key_that_is_not_there_or_of_another_account_is_not_found(string id)
    {
        foreach (var kind in new[] { Database.Sqlite, Database.Postgres })
        {
            await using var sidecar = await Sidecar.StartAsync(kind);
            var key = await sidecar.MintAsync();

            foreach (var target in new[] { $"/admin/v1/keys/{id}{{0}}", $"/admin/v1/keys/{key.Key.Id}{{0}}?account=other" })
            {
                using var read = await sidecar.Admin!.GetAsync(target.Replace("{0}", "", StringComparison.Ordinal), Cancel);
                await read.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
                foreach (var (action, body) in new[] { ("rotate", "{}"), ("revoke", "{}"), ("raise", """{"byCents": 1, "for": "1h"}"""), ("budget", """{"budgetCents": 1}""") })
                {
                    using var response = await Sidecar.AskAsync(sidecar.Admin, target.Replace("{0}", $"/{action}", StringComparison.Ordinal), body);
                    await response.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
                }
            }

            Assert.Equal(KeyStatus.Alive, (await sidecar.ReadAsync(key)).Status);
        }
    }

    [Theory]
    [InlineData("""{"accountId": "acme", "budgetCents": 1}""", "scopes")]
    [InlineData("""{"accountId": "acme", "budgetCents": 1, "scopes": ["docs.read"], "allScopes": true}""", "scopes")]
    [InlineData("""{"accountId": "acme", "scopes": ["docs.read"]}""", "budgetCents")]
    [InlineData("""{"accountId": "acme", "scopes": ["docs.read"], "budgetCents": 1, "noBudget": true}""", "budgetCents")]
    [InlineData("""{"accountId": "acme", "scopes": ["docs.read"], "noBudget": true, "period": "day"}""", "budgetCents")]
    [InlineData("""{"accountId": "acme", "scopes": ["docs.read"], "budgetCents": "50"}""", "budgetCents")]
    [InlineData("""{"accountId": "acme", "scopes": ["docs.read"], "budgetCents": -5}""", "budgetCents")]
    [InlineData("""{"accountId": "", "scopes": ["docs.read"], "budgetCents": 1}""", "accountId")]
    [InlineData("""{"accountId": "acme", "scopes": ["docs.read"], "budgetCents": 1, "expires": "999999mo"}""", "expires")]
    [InlineData("""{"scopes": ["docs.read"], "budgetCents": 1}""", "accountId")]
    [InlineData("""{"accountId": "acme", "scopes": ["docs.read"], "budgetCents": 3.5}""", "budgetCents")]
    public async Task Row43_A_key_that_is_not_wholly_said_is_not_made(string body, string field)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        using var response = await Sidecar.AskAsync(sidecar.Admin!, "/admin/v1/keys", body);

        Assert.Equal(field, (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
        Assert.Empty(await sidecar.Keys.ListAsync(new Storage.KeyQuery { IncludeDead = true }, Cancel));
    }

    [Theory]
    [InlineData("""{}""", "budgetCents")]
    [InlineData("""{"budgetCents": -5}""", "budgetCents")]
    [InlineData("""{"budgetCents": "50"}""", "budgetCents")]
    [InlineData("""{"budgetCents": 5e30}""", "budgetCents")]
    [InlineData("""{"budgetCents": null}""", "budgetCents")]
    [InlineData("""{"budgetCents": 0.5}""", "budgetCents")]
    [InlineData("""{"budgetCents": 1, "period": "day"}""", "body")]
    public async Task Row43_A_cap_that_is_none_changes_nothing(string body, string field)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        using var response = await Sidecar.AskAsync(sidecar.Admin!, $"/admin/v1/keys/{key.Key.Id}/budget", body);

        Assert.Equal(field, (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
        Assert.Equal(key.Key, await sidecar.ReadAsync(key));
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row24_A_carved_cap_takes_no_more_than_is_left_above(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var parent = await sidecar.MintAsync();
        var child = await sidecar.Keys.CreateAsync(new NewKey
        {
            AccountId = "acme",
            Scopes = Scopes.ScopeSet.Of("docs.*"),
            Budget = new Budgets.Budget(Cost.FromCents(10), Budgets.BudgetPeriod.Once),
            ParentId = parent.Key.Id,
            Carve = true,
        });
        using var charged = await sidecar.ChargeAsync(parent, 50);

        using var tooMuch = await sidecar.AdministerAsync($"/admin/v1/keys/{child.Key.Id}/budget", new JsonObject { ["budgetCents"] = 51 });
        using var rest = await sidecar.AdministerAsync($"/admin/v1/keys/{child.Key.Id}/budget", new JsonObject { ["budgetCents"] = 50 });

        Assert.Equal("budget", (await tooMuch.IsProblemAsync(HttpStatusCode.Forbidden, "too_wide")).Text("field"));
        Assert.Equal(50m, (await rest.IsDoneAsync()).Amount("remainingCents"));
        Assert.Equal(Cost.Zero, (await sidecar.ReadAsync(parent)).Remaining);
        Assert.Empty(await sidecar.Keys.VerifyAsync(Cancel));
    }

    [Theory]
    [InlineData("/admin/v1/keys?limit=0", "limit")]
    [InlineData("/admin/v1/keys?limit=1001", "limit")]
    [InlineData("/admin/v1/keys?dead=yes", "dead")]
    [InlineData("/admin/v1/keys?account=a&account=b", "account")]
    [InlineData("/admin/v1/usage?by=month", "by")]
    [InlineData("/admin/v1/usage?since=yesterday", "since")]
    [InlineData("/admin/v1/usage?kye=1", "kye")]
    [InlineData("/admin/v1/usage?account=acme", "key")]
    [InlineData("/admin/v1/keys?acount=acme", "acount")]
    [InlineData("/admin/v1/keys/1?acount=acme", "acount")]
    [InlineData("/admin/v1/keys/1?ak_0123456789", "query")]
    public async Task A_parameter_that_is_not_acceptable_is_named(string path, string field)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);

        using var response = await sidecar.Admin!.GetAsync(path, Cancel);

        Assert.Equal(field, (await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field")).Text("field"));
    }

    [Theory]
    [InlineData("rotate", "{}")]
    [InlineData("revoke", "{}")]
    [InlineData("raise", """{"byCents": 1, "for": "1h"}""")]
    [InlineData("budget", """{"budgetCents": 1}""")]
    public async Task A_misspelled_account_does_not_let_another_accounts_key_be_changed(string action, string body)
    {
        await using var sidecar = await Sidecar.StartAsync(Database.Sqlite);
        var key = await sidecar.MintAsync();

        using var response = await Sidecar.AskAsync(sidecar.Admin!, $"/admin/v1/keys/{key.Key.Id}/{action}?acount=other", body);

        var problem = await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        Assert.Equal(("acount", "acount is unknown; accepted: account"), (problem.Text("field"), problem.Text("detail")));
        Assert.Equal(key.Key, await sidecar.ReadAsync(key));
    }

    [Theory]
    [InlineData(Database.Sqlite)]
    [InlineData(Database.Postgres)]
    public async Task Row57_An_account_does_not_read_what_anothers_key_has_spent(string kind)
    {
        await using var sidecar = await Sidecar.StartAsync(kind);
        var key = await sidecar.MintAsync();
        using var charged = await sidecar.ChargeAsync(key, 15);

        using var own = await sidecar.Admin!.GetAsync($"/admin/v1/usage?key={key.Key.Id}&account=acme", Cancel);
        using var others = await sidecar.Admin.GetAsync($"/admin/v1/usage?key={key.Key.Id}&account=other", Cancel);

        Assert.Equal(15m, Assert.Single((await own.IsDoneAsync()).GetProperty("usage").EnumerateArray()).Amount("spentCents"));
        await others.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    private static Task<HttpResponseMessage> ChargeAsync(Sidecar sidecar, string secret, decimal cents) =>
        sidecar.AskAsync("/v1/charges", new JsonObject { ["key"] = secret, ["scope"] = "docs.read", ["costCents"] = cents });
}
