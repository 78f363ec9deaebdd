namespace AgentKey.Budgets;

/// <summary>The boundaries of periods on a zone's wall clock.</summary>
internal static class BudgetCalendar
{
    private const int DaysPerWeek = 7;
    private const int MonthsPerYear = 12;

    public static DateTimeOffset DefaultAnchor(BudgetPeriod period, DateTimeOffset moment)
    {
        var local = TimeZoneInfo.ConvertTime(moment, period.Zone).DateTime;
        var minutes = period.TimeOfDay.ToTimeSpan();
        if (period.Kind == BudgetPeriodKind.Hour)
        {
            // Elapsed time has no days: any hour that began before now at the wanted minute will do.
            return moment.AddTicks(-((local.TimeOfDay - minutes).Ticks % TimeSpan.TicksPerHour)).ToUniversalTime();
        }

        var made = local.Date;
        var date = LastBeginning(period, made, made);

        // Boundaries are at the anchor's time of day: one that the clocks skip would lend them the time to which they are set.
        while (period.Zone.IsInvalidTime(date + minutes))
        {
            date = LastBeginning(period, date.AddDays(-1), made);
        }

        return ToInstant(date + minutes, period.Zone);
    }

    public static DateTimeOffset? NextReset(BudgetPeriod period, DateTimeOffset anchor, DateTimeOffset now)
    {
        if (period.Kind is BudgetPeriodKind.Once or BudgetPeriodKind.Rolling)
        {
            return null;
        }

        if (period.Kind == BudgetPeriodKind.Hour)
        {
            var hours = Math.Max(0, (now - anchor).Ticks / TimeSpan.TicksPerHour) + (now < anchor ? 0 : 1);
            return anchor.AddHours(hours).ToUniversalTime();
        }

        var first = TimeZoneInfo.ConvertTime(anchor, period.Zone).DateTime;
        var periods = Math.Max(0, PeriodsBetween(period.Kind, first, TimeZoneInfo.ConvertTime(now, period.Zone).DateTime) - 1);
        while (true)
        {
            var boundary = ToInstant(Step(period.Kind, first, periods), period.Zone);
            if (boundary > now)
            {
                return boundary;
            }

            periods++;
        }
    }

    /// <summary>The last date, not after a day, on which a period begins; where none was asked for, on the day on which the budget was made.</summary>
    private static DateTime LastBeginning(BudgetPeriod period, DateTime day, DateTime made) => period.Kind switch
    {
        BudgetPeriodKind.Week => day.AddDays(-((day.DayOfWeek - period.Weekday + DaysPerWeek) % DaysPerWeek)),
        BudgetPeriodKind.Month => LastWith(day, null, period.DayOfMonth ?? made.Day),
        BudgetPeriodKind.Year => LastWith(day, period.MonthOfYear ?? made.Month, period.DayOfMonth ?? made.Day),
        _ => day,
    };

    private static int PeriodsBetween(BudgetPeriodKind kind, DateTime first, DateTime now)
    {
        var months = ((now.Year - first.Year) * MonthsPerYear) + now.Month - first.Month;
        return kind switch
        {
            BudgetPeriodKind.Day => (now - first).Days,
            BudgetPeriodKind.Week => (now - first).Days / DaysPerWeek,
            BudgetPeriodKind.Month => months,
            _ => months / MonthsPerYear,
        };
    }

    private static DateTime Step(BudgetPeriodKind kind, DateTime first, int periods) => kind switch
    {
        BudgetPeriodKind.Day => first.AddDays(periods),
        BudgetPeriodKind.Week => first.AddDays((long)periods * DaysPerWeek),
        BudgetPeriodKind.Month => first.AddMonths(periods),
        _ => first.AddYears(periods),
    };

    /// <summary>The last date, not after a day, that really has the wanted day of the month: an anchor on the 28th would lose the 31st.</summary>
    private static DateTime LastWith(DateTime day, int? month, int dayOfMonth)
    {
        var start = new DateTime(day.Year, day.Month, 1);
        while (true)
        {
            if ((month is null || start.Month == month) && dayOfMonth <= DateTime.DaysInMonth(start.Year, start.Month) && start.AddDays(dayOfMonth - 1) <= day)
            {
                return start.AddDays(dayOfMonth - 1);
            }

            start = start.AddMonths(-1);
        }
    }

    private static DateTimeOffset ToInstant(DateTime wallClock, TimeZoneInfo zone)
    {
        var local = DateTime.SpecifyKind(wallClock, DateTimeKind.Unspecified);

        // A wall-clock time that daylight saving skips does not exist: the period starts when the clock moves on.
        while (zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        // Of two instants with one wall-clock time, the earlier: a budget never lasts longer than its period.
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
