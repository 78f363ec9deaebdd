using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents.Tests;

public sealed class ToolPriceTests
{
    [Theory]
    [InlineData(1_000_000, 1, 3, 3_000_000)]
    [InlineData(1_000_000, 1000, 0, 0)]
    [InlineData(1_000_000, 1000, 1, 1_000)]
    [InlineData(1, 1000, 1, 1)] // A thousandth of a micro-cent is rounded up.
    [InlineData(1, 1000, 1000, 1)]
    [InlineData(1, 1000, 1001, 2)]
    [InlineData(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue)]
    [InlineData(1, long.MaxValue, 1, 1)]
    public void A_price_per_argument_is_exact_and_rounded_up(long microCents, long units, long argument, long expected) =>
        Assert.Equal(expected, ToolPrice.PerArgument(Cost.FromMicroCents(microCents), "count", units).Of(argument).MicroCents);

    [Theory]
    [InlineData(1, 1, -1)]
    [InlineData(0, 1, long.MinValue)]
    [InlineData(2, 1, long.MaxValue)]
    [InlineData(long.MaxValue, 1, 2)]
    public void What_no_price_can_be_made_of_is_refused_as_a_denial_that_names_the_argument(long microCents, long units, long argument)
    {
        var price = ToolPrice.PerArgument(Cost.FromMicroCents(microCents), "count", units);

        var denied = Assert.Throws<ToolDeniedException>(() => price.Of(argument));

        Assert.Equal((DenialCode.InvalidArgument, "count"), (denied.Denial.Reason, denied.Denial.Argument));
        Assert.Contains("count", denied.Message, StringComparison.Ordinal);
        Assert.Equal("count", DenialContent.Of(denied.Denial).ToJson().GetProperty("argument").GetString());
    }

    [Fact]
    public void The_largest_unsigned_argument_is_no_overflow()
    {
        var price = ToolPrice.PerArgument(Cost.FromMicroCents(long.MaxValue), "count", long.MaxValue);

        Assert.Throws<ToolDeniedException>(() => price.Of(ulong.MaxValue));
        Assert.Throws<ToolDeniedException>(() => price.Of(Int128.MaxValue));
    }

    [Fact]
    public void Only_a_price_per_argument_has_an_argument() =>
        Assert.Throws<InvalidOperationException>(() => ToolPrice.Fixed(Cost.FromCents(1)).Of(1));

    [Theory]
    [InlineData("", 1, "argument")]
    [InlineData("count", 0, "units")]
    public void A_malformed_price_is_refused(string argument, long units, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidFieldException>(() => ToolPrice.PerArgument(Cost.Zero, argument, units)).Field);

    public static TheoryData<CostAttribute, string> Attributes => new()
    {
        { new CostAttribute(15), "$0.15" },
        { new CostAttribute(0.2), "$0.002" },
        { new CostAttribute(0.000001), "$0.00000001" },
        { new CostAttribute(1) { Per = "maxTokens", PerUnits = 1000 }, "$0.01 per 1000 maxTokens" },
        { new CostAttribute(1) { Per = "pages" }, "$0.01 per pages" },
        { new CostAttribute { UpTo = 40 }, "up to $0.40" },
        { new CostAttribute(typeof(ToolPriceTests)), "by ToolPriceTests" },
    };

    [Theory]
    [MemberData(nameof(Attributes))]
    public void A_price_is_read_from_its_attribute(CostAttribute attribute, string price) =>
        Assert.Equal(price, ToolPolicy.Find("Tool", [new AgentScopeAttribute("a.b"), attribute])!.Price.ToString());

    [Theory]
    [InlineData(-1)]
    [InlineData(0.0000001)]
    [InlineData(1e13)]
    public void A_price_that_is_no_amount_is_refused(double cents) =>
        Assert.Throws<InvalidFieldException>(() => ToolPolicy.Find("Tool", [new AgentScopeAttribute("a.b"), new CostAttribute(cents)]));

    [Fact]
    public void What_carries_no_tag_has_no_policy_and_what_is_public_has_one_without_a_scope()
    {
        Assert.Null(ToolPolicy.Find("Tool", [new CostAttribute(5)]));
        Assert.True(ToolPolicy.Find("Tool", [new AgentPublicAttribute()])!.IsPublic);
        Assert.Equal((0m, "a.b"), (ToolPolicy.Find("Tool", [new AgentScopeAttribute("a.b")])!.Price.Amount.Cents, ToolPolicy.Find("Tool", [new AgentScopeAttribute("a.b")])!.Scope));
    }
}
