using System.Globalization;
using AgentKey.Budgets;
using AgentKey.Money;

namespace AgentKey.Tests.Budgets;

public sealed class BudgetPeriodTests
{
    [Fact]
    public void Row47_A_month_anchored_on_the_31st_does_not_drift()
    {
        string[] expected = ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"];
        var anchor = At("2027-01-31T00:00Z");
        var reset = anchor;
        foreach (var day in expected)
        {
            reset = BudgetPeriod.Month.NextReset(anchor, reset)!.Value;
            Assert.Equal(At(day + "T00:00Z"), reset);
        }
    }

    [Fact]
    public void A_leap_year_has_its_29th_of_February() =>
        Assert.Equal(At("2028-02-29T00:00Z"), BudgetPeriod.Month.NextReset(At("2028-01-31T00:00Z"), At("2028-02-01T00:00Z")));

    [Theory]
    [InlineData("2026-11-24T00:00Z", "2026-11-24T00:00Z", "2026-11-25T00:00Z")]
    [InlineData("2026-11-24T00:00Z", "2026-11-24T23:59Z", "2026-11-25T00:00Z")]
    [InlineData("2026-11-24T00:00Z", "2026-12-08T00:00Z", "2026-12-09T00:00Z")]
    public void A_day_ends_at_the_next_boundary_however_many_were_missed(string anchor, string now, string next) =>
        Assert.Equal(At(next), BudgetPeriod.Day.NextReset(At(anchor), At(now)));

    [Fact]
    public void Fourteen_missed_months_are_one_step() =>
        Assert.Equal(At("2028-01-31T00:00Z"), BudgetPeriod.Month.NextReset(At("2026-10-31T00:00Z"), At("2027-12-31T00:00Z")));

    [Fact]
    public void Once_never_resets() => Assert.Null(BudgetPeriod.Once.NextReset(At("2026-01-01T00:00Z"), At("2036-01-01T00:00Z")));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Day")]
    [InlineData("daily")]
    [InlineData("fortnight")]
    public void An_unknown_period_is_refused_by_name(string? text) =>
        Assert.Equal("--period", Assert.Throws<InvalidFieldException>(() => BudgetPeriod.Parse(text, "--period")).Field);

    [Theory]
    [InlineData("MONTH", "part \"MONTH\" cannot be read", "once, hour, day, ")]
    [InlineData("once in Europe/Berlin", "period of the kind once cannot have a zone", "once, hour, day, ")]
    [InlineData("day in Nowhere", "zone is unknown", "an IANA zone, ")]
    public void What_is_accepted_is_said_once(string text, string problem, string form)
    {
        var refused = Assert.Throws<InvalidFieldException>(() => BudgetPeriod.Parse(text, "--period"));

        Assert.StartsWith(form, refused.AcceptedForm, StringComparison.Ordinal);
        Assert.Equal($"--period is impossible: {problem}; accepted: {refused.AcceptedForm}", refused.Message);
    }

    [Theory]
    [InlineData("once")]
    [InlineData("day")]
    [InlineData("month")]
    public void A_period_reads_back_as_it_was_written(string text) => Assert.Equal(text, BudgetPeriod.Parse(text).ToString());

    [Fact]
    public void A_cap_is_whole_cents() =>
        Assert.Equal("budget", Assert.Throws<InvalidFieldException>(() => new Budget(Cost.FromCents(0.5m), BudgetPeriod.Once)).Field);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
