using System.Net;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;

namespace AgentKey.AspNetCore.Tests.SelfServe;

public sealed class SignUpTests
{
    [Fact]
    public async Task Row60_Nobody_can_sign_up_unless_the_owner_wants_it()
    {
        await using var application = await KeyedApplication.StartAsync(map: endpoints => endpoints.MapAgentKeys());

        using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys/sign-up", key: null, "{}");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Empty(await application.Keys.ListAsync());
    }

    [Fact]
    public async Task Row60_Each_stranger_gets_an_account_of_its_own_within_the_owners_limits_whatever_it_says_it_is()
    {
        await using var application = await StartAsync();
        var victim = await application.Keys.CreateAsync(new NewKey { AccountId = "victim@corp.com", Scopes = ScopeSet.Of("docs.read"), Budget = null });

        using var one = await application.SendAsync(HttpMethod.Post, "/agent-keys/sign-up", key: null, """{"email":"victim@corp.com"}""");
        using var two = await application.SendAsync(HttpMethod.Post, "/agent-keys/sign-up", key: null, """{"email":"victim@corp.com"}""");
        var secret = (await one.JsonAsync()).GetProperty("secret").GetString()!;
        var key = (await one.JsonAsync()).GetProperty("key");
        using var attack = new HttpRequestMessage(HttpMethod.Delete, $"/agent-keys/{victim.Key.Id}");
        attack.Headers.Authorization = new("Bearer", secret);
        using var refused = await application.Client.SendAsync(attack);

        Assert.Equal(HttpStatusCode.Created, one.StatusCode);
        Assert.Equal("victim@corp.com", key.GetProperty("name").GetString());
        Assert.Equal(50, key.GetProperty("budgetCents").GetDecimal());
        Assert.NotNull(key.GetProperty("expiresAt").GetString());
        string[] accounts = ["victim@corp.com", .. new[] { await one.JsonAsync(), await two.JsonAsync() }.Select(created => created.GetProperty("key").GetProperty("accountId").GetString()!)];
        Assert.Equal(3, accounts.Distinct().Count());
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
        Assert.Equal(KeyStatus.Alive, (await application.Keys.FindAsync(victim.Key.Id))!.Status);
    }

    [Theory]
    [InlineData("""{"budgetCents":100000}""")]
    [InlineData("""{"expires":"999999mo"}""")]
    [InlineData("""{"scopes":["*"]}""")]
    [InlineData("""{"accountId":"acme"}""")]
    [InlineData("""{"email":"line\nbreak"}""")]
    public async Task Row60_A_stranger_can_choose_nothing(string body)
    {
        await using var application = await StartAsync();

        using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys/sign-up", key: null, body);

        await response.IsProblemAsync(HttpStatusCode.BadRequest, "invalid_field");
        Assert.Empty(await application.Keys.ListAsync());
    }

    [Fact]
    public async Task Row60_One_address_signs_up_only_so_often_and_another_is_not_held_back()
    {
        await using var application = await StartAsync();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 10; i++)
        {
            using var response = await application.SendAsync(HttpMethod.Post, "/agent-keys/sign-up", key: null, "{}");
            statuses.Add(response.StatusCode);
        }

        using var elsewhere = application.ClientFrom("127.0.0.2");
        using var other = await elsewhere.PostAsync("/agent-keys/sign-up", new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(3, statuses.Count(status => status == HttpStatusCode.Created));
        Assert.Equal(7, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.Created, other.StatusCode);
        Assert.Equal(4, (await application.Keys.ListAsync()).Count);
    }

    [Fact]
    public async Task An_owner_who_would_give_strangers_everything_is_stopped_at_start_up()
    {
        var error = await Assert.ThrowsAsync<InvalidFieldException>(() => StartAsync(ScopeSet.Unlimited));

        Assert.Equal("Scopes", error.Field);
    }

    private static Task<KeyedApplication> StartAsync(ScopeSet? scopes = null) => KeyedApplication.StartAsync(map: endpoints =>
        endpoints.MapAgentKeys(configure: options => options.SignUp = new AgentKeySignUpOptions
        {
            Scopes = scopes ?? ScopeSet.Of("docs.read"),
            Budget = new Budget(Cost.FromCents(50), BudgetPeriod.Once),
            Lifetime = Lifetime.For(TimeSpan.FromDays(7)),
        }));
}
