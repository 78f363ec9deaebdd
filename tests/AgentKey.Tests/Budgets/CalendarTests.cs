using System.Globalization;
using AgentKey.Budgets;

namespace AgentKey.Tests.Budgets;

/// <summary>Where periods begin, on every kind of wall clock. Numbers are rows of the attack list (research: security and UX, 1b).</summary>
public sealed class CalendarTests
{
    [Theory]
    [InlineData("hour", "2026-11-24T10:20:30Z", "2026-11-24T11:00:00Z")]
    [InlineData("hour at 00:15", "2026-11-24T10:14:00Z", "2026-11-24T10:15:00Z")]
    [InlineData("hour in Asia/Kathmandu", "2026-11-24T10:20:00Z", "2026-11-24T11:15:00Z")]
    [InlineData("day", "2026-11-24T10:20:30Z", "2026-11-25T00:00:00Z")]
    [InlineData("day at 09:00 in Europe/Berlin", "2026-11-24T07:59:00Z", "2026-11-24T08:00:00Z")]
    [InlineData("day at 09:00 in Europe/Berlin", "2026-11-24T08:00:00Z", "2026-11-25T08:00:00Z")]
    [InlineData("week", "2026-11-24T10:00:00Z", "2026-11-30T00:00:00Z")]
    [InlineData("week", "2026-11-30T00:00:00Z", "2026-12-07T00:00:00Z")]
    [InlineData("week on sunday", "2026-11-24T10:00:00Z", "2026-11-29T00:00:00Z")]
    [InlineData("month on 31", "2027-02-10T00:00:00Z", "2027-02-28T00:00:00Z")]
    [InlineData("month on 31", "2027-02-28T00:00:00Z", "2027-03-31T00:00:00Z")]
    [InlineData("month on 1", "2026-11-24T10:00:00Z", "2026-12-01T00:00:00Z")]
    [InlineData("year on 02-29", "2026-11-24T10:00:00Z", "2027-02-28T00:00:00Z")]
    [InlineData("year on 02-29", "2027-06-01T10:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("year on 12-31", "2026-11-24T10:00:00Z", "2026-12-31T00:00:00Z")]
    public void A_period_that_begins_now_ends_at_the_next_boundary_of_its_grid(string period, string now, string next)
    {
        var parsed = BudgetPeriod.Parse(period);
        Assert.Equal(At(next), parsed.NextReset(parsed.DefaultAnchor(At(now)), At(now)));
    }

    [Theory]
    [InlineData("day at 02:30 in Europe/Berlin", "2027-03-27T12:00:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z")]
    [InlineData("day at 02:30 in Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("day at 02:15 in Australia/Lord_Howe", "2026-10-03T12:00:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:15:00Z")]
    [InlineData("day in Pacific/Apia", "2011-12-29T12:00:00Z", "2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z")]
    public void A_clock_that_is_set_forward_or_back_neither_skips_nor_doubles_a_day(string period, string now, string first, string second)
    {
        var parsed = BudgetPeriod.Parse(period);
        var anchor = parsed.DefaultAnchor(At(now));
        Assert.Equal(At(first), parsed.NextReset(anchor, At(now)));
        Assert.Equal(At(second), parsed.NextReset(anchor, At(first)));
    }

    [Theory]
    [InlineData("day in America/Santiago", "2027-09-05T12:00:00Z", "2027-09-06T03:00:00Z", "2027-09-07T03:00:00Z")]
    [InlineData("day at 02:30 in Europe/Berlin", "2027-03-28T12:00:00Z", "2027-03-29T00:30:00Z", "2027-03-30T00:30:00Z")]
    [InlineData("week on sunday at 02:30 in Europe/Berlin", "2027-03-30T12:00:00Z", "2027-04-04T00:30:00Z", "2027-04-11T00:30:00Z")]
    [InlineData("month on 28 at 02:30 in Europe/Berlin", "2027-04-02T12:00:00Z", "2027-04-28T00:30:00Z", "2027-05-28T00:30:00Z")]
    [InlineData("month at 02:30 in Europe/Berlin", "2024-03-31T12:00:00Z", "2024-04-30T00:30:00Z", "2024-05-31T00:30:00Z")]
    [InlineData("year at 02:30 in Europe/Berlin", "2027-03-28T12:00:00Z", "2028-03-28T00:30:00Z", "2029-03-28T00:30:00Z")]
    public void A_budget_that_is_made_when_the_clocks_skip_its_boundary_keeps_the_time_that_was_asked_for(
        string period, string now, string first, string second)
    {
        var parsed = BudgetPeriod.Parse(period);
        var anchor = parsed.DefaultAnchor(At(now));
        Assert.Equal(At(first), parsed.NextReset(anchor, At(now)));
        Assert.Equal(At(second), parsed.NextReset(anchor, At(first)));
    }

    [Fact]
    public void The_hour_that_comes_twice_has_two_budgets()
    {
        var hour = BudgetPeriod.Parse("hour in Europe/Berlin");
        var anchor = hour.DefaultAnchor(At("2026-10-24T12:30:00Z"));
        Assert.Equal(At("2026-10-25T00:00:00Z"), hour.NextReset(anchor, At("2026-10-24T23:30:00Z")));
        Assert.Equal(At("2026-10-25T01:00:00Z"), hour.NextReset(anchor, At("2026-10-25T00:30:00Z")));
        Assert.Equal(At("2026-10-25T02:00:00Z"), hour.NextReset(anchor, At("2026-10-25T01:30:00Z")));
    }

    [Fact]
    public void Row49_Any_number_of_missed_periods_is_one_step()
    {
        var hour = BudgetPeriod.Hour;
        Assert.Equal(At("2126-11-24T11:00:00Z"), hour.NextReset(At("2026-11-24T10:00:00Z"), At("2126-11-24T10:30:00Z")));
        Assert.Equal(At("2126-11-25T00:00:00Z"), BudgetPeriod.Day.NextReset(At("2026-11-24T00:00:00Z"), At("2126-11-24T10:30:00Z")));
    }

    [Theory]
    [InlineData("rolling 1m", 1)]
    [InlineData("rolling 90m", 90)]
    [InlineData("rolling 24h", 24 * 60)]
    [InlineData("rolling 1d", 24 * 60)]
    [InlineData("rolling 7d", 7 * 24 * 60)]
    public void A_window_moves_in_sixtieths(string period, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), BudgetPeriod.Parse(period).Slice);
        Assert.Null(BudgetPeriod.Parse(period).NextReset(At("2026-11-24T10:00:00Z"), At("2026-11-25T10:00:00Z")));
    }

    [Theory]
    [InlineData("hour at 00:15")]
    [InlineData("day at 09:00 in Europe/Berlin")]
    [InlineData("week on sunday at 23:59")]
    [InlineData("month on 31 in America/New_York")]
    [InlineData("year on 02-29 at 12:00")]
    [InlineData("rolling 36h")]
    [InlineData("rolling 24h")]
    [InlineData("rolling 7d")]
    public void A_period_reads_back_as_it_was_written(string text)
    {
        Assert.Equal(text, BudgetPeriod.Parse(text).ToString());
        Assert.Equal(BudgetPeriod.Parse(text), BudgetPeriod.Parse(text));
    }

    [Theory]
    [InlineData("week on monday", "week")]
    [InlineData("day at 00:00", "day")]
    [InlineData("day in UTC", "day")]
    [InlineData("day at 00:00 in UTC", "day")]
    [InlineData("day at 09:00 in UTC", "day at 09:00")]
    [InlineData("day at 00:00 in Europe/Berlin", "day in Europe/Berlin")]
    [InlineData("week on monday at 00:00 in UTC", "week")]
    [InlineData("week on friday at 00:00", "week on friday")]
    [InlineData("month on 31 at 00:00", "month on 31")]
    public void A_default_need_not_be_said_and_may_be(string text, string period) =>
        Assert.Equal(period, BudgetPeriod.Parse(text).ToString());

    [Theory]
    [InlineData("week on funday")]
    [InlineData("week on 1")]
    [InlineData("week on 8")]
    [InlineData("week on -3")]
    [InlineData("month on 32")]
    [InlineData("month on 0")]
    [InlineData("month on 07")]
    [InlineData("year on 02-30")]
    [InlineData("day on monday")]
    [InlineData("hour at 01:15")]
    [InlineData("day at 9:00")]
    [InlineData("day at 24:00")]
    [InlineData("day in Mars/Olympus")]
    [InlineData("once at 09:00")]
    [InlineData("once in Europe/Berlin")]
    [InlineData("day in Europe/Berlin at 09:00")]
    [InlineData("day in Europe/Berlin at 00:00")]
    [InlineData("day in UTC at 00:00")]
    [InlineData("day at 00:00 at 00:00")]
    [InlineData("day at 09:00 at 00:00")]
    [InlineData("day in UTC in Europe/Berlin")]
    [InlineData("once in UTC")]
    [InlineData("rolling 24h at 00:00")]
    [InlineData("rolling")]
    [InlineData("rolling 0m")]
    [InlineData("rolling 367d")]
    [InlineData("rolling 999999999999d")]
    [InlineData("rolling 24h in Europe/Berlin")]
    [InlineData("day at")]
    [InlineData(" day")]
    public void Row51_What_is_no_period_is_refused_by_name(string text) =>
        Assert.Equal("--period", Assert.Throws<InvalidFieldException>(() => BudgetPeriod.Parse(text, "--period")).Field);

    [Theory]
    [InlineData("once", "month", 1)]
    [InlineData("day", "once", null)]
    [InlineData("day", "day", 1)]
    [InlineData("day", "month", 31)]
    [InlineData("hour", "day", 24)]
    [InlineData("hour in Europe/Berlin", "day in Europe/Berlin", 25)]
    [InlineData("hour in Europe/Berlin", "week in Europe/Berlin", 169)]
    [InlineData("day in Europe/Berlin", "week in Europe/Berlin", 7)]
    [InlineData("day at 09:00 in Europe/Berlin", "day in Europe/Berlin", 2)]
    [InlineData("day", "week in Europe/Berlin", 9)]
    [InlineData("day in Europe/Berlin", "rolling 7d", 9)]
    [InlineData("day at 09:00", "day", 2)]
    [InlineData("week", "month", 6)]
    [InlineData("month", "year", 15)]
    [InlineData("year", "month", 2)]
    [InlineData("rolling 1h", "rolling 24h", 25)]
    public void So_many_periods_of_a_child_can_touch_one_of_its_parent(string child, string parent, int? most) =>
        Assert.Equal(most, BudgetNarrowing.MostWithin(BudgetPeriod.Parse(child), BudgetPeriod.Parse(parent)));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
