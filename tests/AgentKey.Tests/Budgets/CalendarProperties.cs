using System.Globalization;
using AgentKey.Budgets;
using CsCheck;

namespace AgentKey.Tests.Budgets;

/// <summary>Boundaries of any calendar at any time: ahead of now, on one grid, and never skipped.</summary>
public sealed class CalendarProperties
{
    private static readonly Gen<BudgetPeriod> Period = Gen.Select(
        Gen.OneOf([.. new[] { "hour", "day", "week", "week on thursday", "month", "month on 30", "year", "year on 02-29" }.Select(Gen.Const)]),
        Gen.OneOf([.. new[] { "", " in Europe/Berlin", " in America/New_York", " in Australia/Lord_Howe", " in America/Santiago", " in Asia/Kathmandu" }.Select(Gen.Const)]),
        (period, zone) => BudgetPeriod.Parse(period + zone));

    private static readonly Gen<DateTimeOffset> Moment = Gen.Long[0, 40L * 366 * 24 * 3600].Select(
        seconds => new DateTimeOffset(2005, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds));

    // On the days on which the clocks of these zones are set forward, and shortly after.
    private static readonly Gen<DateTimeOffset> NearAChange = Gen.Select(
        Gen.OneOf([.. new[] { "2027-03-14", "2027-03-28", "2027-09-05", "2027-10-03" }.Select(Gen.Const)]),
        Gen.Int[0, 48 * 60],
        (day, minutes) => DateTimeOffset.Parse($"{day}T00:00Z", CultureInfo.InvariantCulture).AddMinutes(minutes));

    [Fact]
    public void The_next_boundary_is_ahead_and_on_the_grid() =>
        Gen.Select(Period, Moment, Moment).Sample((period, made, later) =>
        {
            var anchor = period.DefaultAnchor(made);
            var now = later < made ? made : later;
            var next = period.NextReset(anchor, now)!.Value;
            Assert.True(anchor <= made && next > now, $"{period}: {anchor:O} {now:O} {next:O}");
            Assert.Equal(next, period.NextReset(anchor, next.AddTicks(-1)));
            Assert.True(next - now <= TimeSpan.FromDays(366) + TimeSpan.FromHours(1), $"{period}: {now:O} {next:O}");
        });

    [Fact]
    public void A_boundary_is_at_the_time_that_was_asked_for_unless_the_clocks_skip_it() =>
        Gen.Select(Period.Where(period => period.Kind != BudgetPeriodKind.Hour), Gen.Bool, NearAChange, Moment).Sample((calendar, atNight, made, later) =>
        {
            var period = atNight ? calendar.At(new TimeOnly(2, 15)) : calendar;
            var boundary = period.NextReset(period.DefaultAnchor(made), later < made ? made : later)!.Value;
            var local = TimeZoneInfo.ConvertTime(boundary, period.Zone).DateTime;
            var wanted = local.Date + period.TimeOfDay.ToTimeSpan();
            Assert.True(local == wanted || period.Zone.IsInvalidTime(wanted), $"{period}: {made:O} {boundary:O}");
        });

    [Fact]
    public void No_boundary_is_skipped_however_long_nobody_looked() =>
        Gen.Select(Period, Moment, Gen.Int[1, 40]).Sample((period, made, steps) =>
        {
            var anchor = period.DefaultAnchor(made);
            var now = made;
            for (var i = 0; i < steps; i++)
            {
                now = period.NextReset(anchor, now)!.Value;
            }

            Assert.Equal(now, period.NextReset(anchor, now.AddTicks(-1)));
            Assert.True(period.NextReset(anchor, now) > now, $"{period}: {now:O}");
        });
}
