using AgentKey.Scopes;

namespace AgentKey.Tests.Scopes;

public sealed class ScopeTests
{
    [Theory]
    [InlineData("proxy.chat", "proxy.chat", true)]
    [InlineData("proxy.chat", "proxy.chat.admin", false)]
    [InlineData("proxy.chat.admin", "proxy.chat", false)]
    [InlineData("proxy", "proxy.chat", false)]
    [InlineData("proxy.*", "proxy.chat", true)]
    [InlineData("proxy.*", "proxy.chat.fast", true)]
    [InlineData("proxy.*", "proxy", false)]
    [InlineData("proxy.*", "proxyx.chat", false)]
    [InlineData("proxy.*", "proxy.", false)]
    [InlineData("Proxy.Chat", "proxy.chat", false)]
    [InlineData("admin", "proxy.chat", false)]
    [InlineData("*", "proxy.chat", false)]
    [InlineData(".*", "proxy.chat", false)]
    [InlineData("", "proxy.chat", false)]
    public void A_held_scope_covers_exactly_what_it_says(string held, string required, bool covers) =>
        Assert.Equal(covers, Scope.Covers(held, required));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("proxy.")]
    [InlineData(".chat")]
    [InlineData("proxy..chat")]
    [InlineData("Proxy.chat")]
    [InlineData("proxy chat")]
    [InlineData("proxy,chat")]
    [InlineData("proxy\"chat")]
    [InlineData("proxy\r\nchat")]
    [InlineData("рroxy.chat")]
    [InlineData("proxy\u200D.chat")]
    [InlineData("proxy*")]
    [InlineData("*.chat")]
    [InlineData("**")]
    [InlineData("*")]
    [InlineData("proxy.*.chat")]
    public void A_malformed_scope_is_refused_wherever_it_is_asked_for(string? scope)
    {
        Assert.Equal("tool", Assert.Throws<InvalidFieldException>(() => Scope.Require(scope, "tool")).Field);
        Assert.Equal("scopes", Assert.Throws<InvalidFieldException>(() => ScopeSet.Of("good.one", scope!)).Field);
    }

    [Fact]
    public void A_tool_never_requires_a_wildcard() =>
        Assert.Throws<InvalidFieldException>(() => Scope.Require("proxy.*"));

    [Fact]
    public void A_scope_and_a_set_have_limits()
    {
        Assert.Throws<InvalidFieldException>(() => Scope.Require(new string('a', Scope.MaxLength + 1)));
        Assert.Throws<InvalidFieldException>(() => Scope.RequirePattern(new string('a', Scope.MaxLength) + ".*"));
        Assert.Throws<InvalidFieldException>(() => ScopeSet.Of(Enumerable.Range(0, ScopeSet.MaxCount + 1).Select(i => $"s{i}")));
        Assert.Throws<InvalidFieldException>(() => ScopeSet.Of());
    }

    [Fact]
    public void Unlimited_allows_everything_and_has_to_be_said()
    {
        Assert.True(ScopeSet.Unlimited.Allows("proxy.chat"));
        Assert.True(ScopeSet.FromStored(null).IsUnlimited);
        Assert.False(ScopeSet.FromStored([]).Allows("proxy.chat"));
    }

    [Fact]
    public void Stored_scopes_of_other_forms_are_taken_as_they_are()
    {
        var set = ScopeSet.FromStored(["Proxy:Chat", "docs.*"]);
        Assert.True(set.Allows("Proxy:Chat"));
        Assert.True(set.Allows("docs.search"));
        Assert.False(set.Allows("proxy:chat"));
    }
}
