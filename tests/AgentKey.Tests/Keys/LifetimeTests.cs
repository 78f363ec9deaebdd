using AgentKey.Keys;

namespace AgentKey.Tests.Keys;

public sealed class LifetimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("30m", 30)]
    [InlineData("1h", 60)]
    [InlineData("7d", 7 * 24 * 60)]
    [InlineData("1mo", 30 * 24 * 60)]
    public void A_duration_counts_from_creation(string text, int minutes) =>
        Assert.Equal(Now.AddMinutes(minutes), Lifetime.Parse(text).ExpiryFrom(Now));

    [Fact]
    public void Row53_An_instant_is_converted_to_utc() =>
        Assert.Equal(new DateTimeOffset(2027, 1, 31, 10, 0, 0, TimeSpan.Zero), Lifetime.Parse("2027-01-31T12:00:00+02:00").ExpiryFrom(Now));

    [Fact]
    public void Forever_has_no_expiry() => Assert.Null(Lifetime.Forever.ExpiryFrom(Now));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0m")]
    [InlineData("-5m")]
    [InlineData("5")]
    [InlineData("m")]
    [InlineData("5M")]
    [InlineData("1M")]
    [InlineData("P1M")]
    [InlineData("1.5h")]
    [InlineData("5 m")]
    [InlineData("999999mo")]
    [InlineData("99999999999999999999d")]
    [InlineData("9223372036854775807mo")]
    [InlineData("2027-01-31")]
    [InlineData("2027-01-31T12:00:00")]
    [InlineData("tomorrow")]
    public void Row51_Malformed_negative_and_endless_durations_are_refused_by_name(string? text) =>
        Assert.Equal("--expires", Assert.Throws<InvalidFieldException>(() => Lifetime.Parse(text, "--expires")).Field);

    [Fact]
    public void An_instant_that_has_passed_is_refused()
    {
        Assert.Throws<InvalidFieldException>(() => Lifetime.Until(Now).ExpiryFrom(Now));
        Assert.Throws<InvalidFieldException>(() => Lifetime.Until(DateTimeOffset.MaxValue).ExpiryFrom(Now));
    }
}
