using AgentKey.Money;

namespace AgentKey.Tests.Money;

public sealed class CostTests
{
    [Theory]
    [InlineData("3.00", 300_000_000L)]
    [InlineData("0.15", 15_000_000L)]
    [InlineData("0.0003", 30_000L)]
    [InlineData("0.00000001", 1L)]
    [InlineData("0", 0L)]
    [InlineData("92233720368.54775807", long.MaxValue)]
    public void Dollars_are_read_to_the_micro_cent(string text, long microCents) =>
        Assert.Equal(microCents, Cost.ParseDollars(text).MicroCents);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("-0.01")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e3")]
    [InlineData("1,000.00")]
    [InlineData("$3")]
    [InlineData("0.000000001")]
    [InlineData("0.0000000100000000000000000000000000001")]
    [InlineData("92233720368.54775808")]
    [InlineData("99999999999999999999999999999999999999")]
    public void Row25_Row27_Row43_What_is_no_exact_amount_is_refused_by_name(string? text)
    {
        var error = Assert.Throws<InvalidFieldException>(() => Cost.ParseDollars(text, "--cost"));
        Assert.Equal("--cost", error.Field);
        Assert.Contains("decimal dollars", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_too_large_is_told_the_most_in_its_own_unit()
    {
        var cents = Assert.Throws<InvalidFieldException>(() => Cost.ParseCents("9223372036854.775808", "costCents"));
        var dollars = Assert.Throws<InvalidFieldException>(() => Cost.ParseDollars("92233720368.54775808", "--cost"));

        Assert.EndsWith("at most 9223372036854.775807", cents.AcceptedForm, StringComparison.Ordinal);
        Assert.EndsWith("at most 92233720368.54775807", dollars.AcceptedForm, StringComparison.Ordinal);
        Assert.Equal(Cost.MaxValue, Cost.ParseCents("9223372036854.775807"));
    }

    [Fact]
    public void Row30_Fractions_of_a_cent_add_up_exactly()
    {
        var price = Cost.FromCents(0.0004m);
        var sum = Enumerable.Repeat(price, 10_000).Aggregate(Cost.Zero, (total, cost) => total + cost);
        Assert.Equal(Cost.FromCents(4), sum);
    }

    [Fact]
    public void A_sum_that_does_not_fit_throws() =>
        Assert.Throws<OverflowException>(() => Cost.MaxValue + Cost.FromMicroCents(1));

    [Theory]
    [InlineData(15_000_000L, "$0.15")]
    [InlineData(30_000L, "$0.0003")]
    [InlineData(300_000_000L, "$3.00")]
    [InlineData(1L, "$0.00000001")]
    public void Text_is_exact_dollars(long microCents, string text) =>
        Assert.Equal(text, Cost.FromMicroCents(microCents).ToString());
}
