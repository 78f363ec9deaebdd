using AgentKey.Agents;
using AgentKey.Cli.McpProxy.Policies;
using AgentKey.Money;

namespace AgentKey.McpProxy.Tests;

public sealed class PolicyFileTests
{
    [Theory]
    [InlineData("", "--policy")]
    [InlineData("[]", "--policy")]
    [InlineData("""{"tools": []}""", "tools")]
    [InlineData("""{"tool": {}}""", "tool")]
    [InlineData("""{"tools": {"a": 1}}""", "tools.a")]
    [InlineData("""{"tools": {"a": {}}}""", "tools.a.scope")]
    [InlineData("""{"tools": {"a": {"scope": 1}}}""", "tools.a.scope")]
    [InlineData("""{"tools": {"a": {"scope": "A"}}}""", "tools.a.scope")]
    [InlineData("""{"tools": {"a": {"scope": "a.*"}}}""", "tools.a.scope")]
    [InlineData("""{"tools": {"a": {"scope": "a"}}}""", "tools.a.cents")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": "1"}}}""", "tools.a.cents")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": -1}}}""", "tools.a.cents")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 0.0000001}}}""", "tools.a.cents")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1e400}}}""", "tools.a.cents")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "cent": 2}}}""", "tools.a.cent")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "per": ""}}}""", "tools.a.per")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "per": "n", "units": 0}}}""", "tools.a.units")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "per": "n", "units": 1.5}}}""", "tools.a.units")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "units": 5}}}""", "tools.a.per")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "resultCharacters": 5}}}""", "tools.a.upToCents")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "upToCents": 5}}}""", "tools.a.resultCharacters")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "per": "n", "resultCharacters": 1, "upToCents": 5}}}""", "tools.a.per")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "onFailure": "give back"}}}""", "tools.a.onFailure")]
    [InlineData("""{"tools": {"a": {"scope": "a", "cents": 1, "onCancellation": true}}}""", "tools.a.onCancellation")]
    [InlineData("""{"tools": {"a": {"public": 1}}}""", "tools.a.public")]
    [InlineData("""{"tools": {"a": {"public": true, "scope": "a"}}}""", "tools.a.scope")]
    [InlineData("""{"tools": {"a": {"public": true, "cents": 1}}}""", "tools.a.cents")]
    [InlineData("""{"tools": {"a": {"public": true}, "a": {"public": true}}}""", "--policy")]
    [InlineData("""{"prompts": {"a": {"scope": "a"}}}""", "prompts.a.cents")]
    [InlineData("""{"prompts": {"a": {"scope": "a", "cents": 1, "per": "n"}}}""", "prompts.a.per")]
    [InlineData("""{"resources": {"a://b": {"scope": ""}}}""", "resources.a://b.scope")]
    public void What_is_wrong_is_named(string json, string field)
    {
        var error = Assert.Throws<InvalidFieldException>(() => PolicyFile.Parse(json));

        Assert.Equal(field, error.Field);
        Assert.NotEmpty(error.AcceptedForm);
    }

    [Fact]
    public void Every_kind_of_price_is_read()
    {
        var tools = PolicyFile.Parse("""
            {"tools": {
                "fixed": {"scope": "a.b", "cents": 0.000001, "onFailure": "keep", "onCancellation": "refund"},
                "per": {"scope": "a.b", "cents": 1, "per": "maxTokens", "units": 1000},
                "result": {"scope": "a.b", "cents": 0.2, "resultCharacters": 1000, "upToCents": 40},
                "free": {"public": true}
            }}
            """).Tools;

        Assert.Equal(Cost.FromMicroCents(1), tools["fixed"].Policy.Price.Amount);
        Assert.Equal((FailureOutcome.Keep, FailureOutcome.Refund), (tools["fixed"].Policy.OnFailure, tools["fixed"].Policy.OnCancellation));
        Assert.Equal("$0.01 per 1000 maxTokens", tools["per"].Policy.Price.ToString());
        Assert.Equal("up to $0.40", tools["result"].Policy.Price.ToString());
        Assert.True(tools["free"].Policy.IsPublic);
    }

    [Fact]
    public void A_result_is_measured_by_what_it_carries()
    {
        var price = new ResultPrice(Cost.FromCents(1), 10);
        var result = System.Text.Json.Nodes.JsonNode.Parse("""
            {"content": [{"type": "text", "text": "12345"}, {"type": "image", "data": "AAAA"}, {"type": "resource", "resource": {"uri": "a://long/address", "text": "6789"}}],
             "structuredContent": {"text": "12345"}}
            """);

        Assert.Equal(Cost.FromCents(1.3m), price.Of(result));
        Assert.Equal(Cost.Zero, price.Of(null));
    }
}
