using System.Net;
using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.AspNetCore.Tests.SelfServe;

public sealed class ChildTests
{
    [Fact]
    public async Task A_child_is_minted_below_in_the_same_account_and_carves_its_money()
    {
        await using var application = await StartAsync();
        var parent = await KeyFolder.MintAsync(application.Keys, 100, "docs.*");

        using var response = await application.SendAsync(
            HttpMethod.Post, "/agent-keys", parent, """{"scopes":["docs.read"],"name":"reader","budgetCents":30,"expires":"1h","delegatedBy":"ann"}""");
        var document = await response.JsonAsync();
        var key = document.GetProperty("key");
        using var own = await application.GetAsync("/agent-keys/self", "Bearer " + document.GetProperty("secret").GetString());
        using var above = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", parent);

        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal(parent.Key.Id, key.GetProperty("parentId").GetString());
        Assert.Equal("acme", key.GetProperty("accountId").GetString());
        Assert.True(key.GetProperty("carved").GetBoolean());
        Assert.Equal(30, (await own.JsonAsync()).GetProperty("remainingCents").GetDecimal());
        Assert.Equal(70, (await above.JsonAsync()).GetProperty("remainingCents").GetDecimal());
    }

    [Theory]
    [InlineData("""{"scopes":["proxy.chat"]}""", "scopes")]
    [InlineData("""{"scopes":["docs.read","proxy.*"]}""", "scopes")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":101}""", "budget")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":20,"period":"day"}""", "budget")]
    [InlineData("""{"scopes":["docs.read"],"expires":"2h"}""", "expires")]
    public async Task Rows_24_55_59_A_child_that_would_be_more_than_its_parent_is_not_made(string body, string field)
    {
        await using var application = await StartAsync();
        var parent = await application.Keys.CreateAsync(new NewKey
        {
            AccountId = "acme",
            Scopes = ScopeSet.Of("docs.*"),
            Budget = new Budget(Cost.FromCents(100), BudgetPeriod.Once),
            Lifetime = Lifetime.For(TimeSpan.FromHours(1)),
        });

        using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys", parent, body);

        var problem = await response.IsProblemAsync(HttpStatusCode.Forbidden, "too_wide");
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Single(await application.Keys.ListAsync());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"scopes":null}""")]
    [InlineData("""{"scopes":[]}""")]
    [InlineData("""{"scopes":["*"]}""")]
    [InlineData("""{"scopes":["**"]}""")]
    [InlineData("""{"scopes":["docs*"]}""")]
    [InlineData("""{"scopes":["*.read"]}""")]
    [InlineData("""{"scopes":["docs.read "]}""")]
    [InlineData("""{"scopes":["docs.read."]}""")]
    [InlineData("""{"scopes":["docs..read"]}""")]
    [InlineData("""{"scopes":["docs.read,docs.write"]}""")]
    [InlineData("""{"scopes":["docs.read\""]}""")]
    [InlineData("""{"scopes":["docs.read\r\nX-Injected: 1"]}""")]
    [InlineData("""{"scopes":["docs.re\u200dad"]}""")]
    [InlineData("""{"scopes":["d\u043ecs.read"]}""")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":-5}""")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":NaN}""")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":"50"}""")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":5e3}""")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":9007199254740993}""")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":99999999999999999999}""")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":0.5}""")]
    [InlineData("""{"scopes":["docs.read"],"period":"day"}""")]
    [InlineData("""{"scopes":["docs.read"],"budgetCents":5,"period":"fortnight"}""")]
    [InlineData("""{"scopes":["docs.read"],"expires":"999999mo"}""")]
    [InlineData("""{"scopes":["docs.read"],"expires":"1M"}""")]
    [InlineData("""{"scopes":["docs.read"],"expires":"-1h"}""")]
    [InlineData("""{"scopes":["docs.read"],"name":"nul\u0000"}""")]
    [InlineData("""{"scopes":["docs.read"],"name":"\ud800"}""")]
    [InlineData("""{"scopes":["docs.read"],"name":"\u202egpj.exe"}""")]
    [InlineData("""{"scopes":["docs.read"],"accountId":"victim"}""")]
    [InlineData("""{"scopes":["docs.read"],"parentId":"1"}""")]
    public async Task Rows_18_20_43_51_64_65_A_child_that_cannot_be_read_is_not_made(string body)
    {
        await using var application = await StartAsync();
        var parent = await KeyFolder.MintAsync(application.Keys, 100, "docs.*");

        using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys", parent, body);

        await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        Assert.Single(await application.Keys.ListAsync());
    }

    [Fact]
    public async Task Rows_23_65_What_is_far_too_long_is_refused_and_what_is_longer_is_not_read()
    {
        await using var application = await StartAsync();
        var parent = await KeyFolder.MintAsync(application.Keys, 100, "docs.*");
        var many = string.Join(',', Enumerable.Range(0, 65).Select(i => $"\"docs.s{i}\""));

        using var scopes = await application.SendAsync(HttpMethod.Post, "/agent-keys", parent, $$"""{"scopes":[{{many}}]}""");
        using var scope = await application.SendAsync(HttpMethod.Post, "/agent-keys", parent, $$"""{"scopes":["docs.{{new string('s', 10_000)}}"]}""");
        using var name = await application.SendAsync(HttpMethod.Post, "/agent-keys", parent, $$"""{"scopes":["docs.read"],"name":"{{new string('n', 1_000)}}"}""");
        using var body = await application.SendAsync(HttpMethod.Post, "/agent-keys", parent, $$"""{"scopes":["docs.read"],"name":"{{new string('n', 1_000_000)}}"}""");

        await scopes.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        await scope.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        await name.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, body.StatusCode);
        Assert.Single(await application.Keys.ListAsync());
    }

    [Fact]
    public async Task A_child_and_everything_below_it_is_revoked_and_its_money_comes_back()
    {
        await using var application = await StartAsync();
        var parent = await KeyFolder.MintAsync(application.Keys, 100, "docs.*");
        var child = await MintChildAsync(application, parent, 40);
        var grandchild = await MintChildAsync(application, child, 10);

        using var response = await application.SendAsync(HttpMethod.Delete, $"/agent-keys/{child.Key.Id}", parent);
        using var childAfter = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", child);
        using var grandchildAfter = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", grandchild);
        using var own = await application.SendAsync(HttpMethod.Get, "/agent-keys/self", parent);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, childAfter.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, grandchildAfter.StatusCode);
        Assert.Equal(100, (await own.JsonAsync()).GetProperty("remainingCents").GetDecimal());
    }

    [Fact]
    public async Task A_grandchild_can_be_read_and_revoked_from_above()
    {
        await using var application = await StartAsync();
        var parent = await KeyFolder.MintAsync(application.Keys, 100, "docs.*");
        var child = await MintChildAsync(application, parent, 40);
        var grandchild = await MintChildAsync(application, child, 10);

        using var read = await application.SendAsync(HttpMethod.Get, $"/agent-keys/{grandchild.Key.Id}", parent);
        using var revoked = await application.SendAsync(HttpMethod.Delete, $"/agent-keys/{grandchild.Key.Id}", parent);

        Assert.Equal(child.Key.Id, (await read.JsonAsync()).GetProperty("parentId").GetString());
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal(KeyStatus.Revoked, (await application.Keys.FindAsync(grandchild.Key.Id))!.Status);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task Row57_Another_accounts_key_is_answered_exactly_like_one_that_is_not_there(string method)
    {
        await using var application = await StartAsync();
        var own = await KeyFolder.MintAsync(application.Keys);
        var foreign = await application.Keys.CreateAsync(new NewKey { AccountId = "other", Scopes = ScopeSet.Of("docs.read"), Budget = null });
        string[] ids = [foreign.Key.Id, "999999", "12abc", $"{foreign.Key.Id}abc", "-1", "9223372036854775808", Guid.Empty.ToString(), "%27%20or%201=1"];

        var answers = new List<string>();
        foreach (var id in ids)
        {
            using var response = await application.SendAsync(HttpMethod.Parse(method), $"/agent-keys/{id}", own);
            await response.IsProblemAsync(HttpStatusCode.NotFound, "not_found");
            answers.Add(await response.WithoutTraceIdAsync());
        }

        Assert.Single(answers.Distinct());
        Assert.Equal(KeyStatus.Alive, (await application.Keys.FindAsync(foreign.Key.Id))!.Status);
    }

    [Fact]
    public async Task Row58_A_child_revokes_neither_its_parent_nor_its_sibling_nor_itself()
    {
        await using var application = await StartAsync();
        var parent = await KeyFolder.MintAsync(application.Keys, 100, "docs.*");
        var child = await MintChildAsync(application, parent, 10);
        var sibling = await MintChildAsync(application, parent, 10);

        foreach (var key in new[] { parent, sibling, child })
        {
            using var response = await application.SendAsync(HttpMethod.Delete, $"/agent-keys/{key.Key.Id}", child);
            await response.IsProblemAsync(HttpStatusCode.Forbidden, "forbidden");
            Assert.Equal(KeyStatus.Alive, (await application.Keys.FindAsync(key.Key.Id))!.Status);
        }
    }

    [Theory]
    [InlineData("PUT", "self")]
    [InlineData("PATCH", "self")]
    [InlineData("POST", "self")]
    [InlineData("PUT", "1")]
    [InlineData("PATCH", "1")]
    public async Task Row59_No_key_can_edit_its_own_budget(string method, string key)
    {
        await using var application = await StartAsync();
        var own = await KeyFolder.MintAsync(application.Keys, 100, "docs.*");

        using var response = await application.SendAsync(HttpMethod.Parse(method), $"/agent-keys/{key}", own, """{"budgetCents":1000}""");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Equal(Cost.FromCents(100), (await application.Keys.FindAsync(own.Key.Id))!.Budget!.Cap);
    }

    [Fact]
    public async Task Row34_Twenty_children_of_one_parent_spend_no_more_than_it_has()
    {
        await using var application = await StartAsync();
        var parent = await KeyFolder.MintAsync(application.Keys, 100, "docs.*");
        var minted = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => application.SendAsync(
            HttpMethod.Post, "/agent-keys", parent, """{"scopes":["docs.read"],"budgetCents":100,"carve":false}""")));

        var spent = 0;
        foreach (var response in minted)
        {
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            var caller = application.Keys.Identify((await response.JsonAsync()).GetProperty("secret").GetString());
            for (var i = 0; i < 10; i++)
            {
                spent += (await application.Keys.ChargeAsync(caller, new ChargeRequest("docs.read", Cost.FromCents(10)))).IsAllowed ? 10 : 0;
            }

            response.Dispose();
        }

        Assert.Equal(100, spent);
    }

    private static Task<KeyedApplication> StartAsync() => KeyedApplication.StartAsync(map: endpoints => endpoints.MapAgentKeys());

    private static Task<CreatedKey> MintChildAsync(KeyedApplication application, CreatedKey parent, decimal cents) => application.Keys.CreateChildAsync(
        application.Keys.Identify(parent.Secret.Reveal()),
        new NewKey { AccountId = "acme", Scopes = ScopeSet.Of("docs.*"), Budget = new Budget(Cost.FromCents(cents), BudgetPeriod.Once), Carve = true });
}
