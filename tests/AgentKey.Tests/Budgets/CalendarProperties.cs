using AgentKey.Budgets;
using CsCheck;

namespace AgentKey.Tests.Budgets;

/// <summary>Boundaries of any calendar at any time: ahead of now, on one grid, and never skipped.</summary>
public sealed class CalendarProperties
{
    private static readonly Gen<BudgetPeriod> Period = Gen.Select(
        Gen.OneOf([.. new[] { "hour", "day", "week", "week on thursday", "month", "month on 30", "year", "year on 02-29" }.Select(Gen.Const)]),
        Gen.OneOf([.. new[] { "", " in Europe/Berlin", " in America/New_York", " in Australia/Lord_Howe", " in Asia/Kathmandu" }.Select(Gen.Const)]),
        (period, zone) => BudgetPeriod.Parse(period + zone));

    private static readonly Gen<DateTimeOffset> Moment = Gen.Long[0, 40L * 366 * 24 * 3600].Select(
        seconds => new DateTimeOffset(2005, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds));

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
