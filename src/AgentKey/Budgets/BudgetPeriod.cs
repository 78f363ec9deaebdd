namespace AgentKey.Budgets;

/// <summary>When a budget starts again: the kind of period and the time zone in which its anchor is read.</summary>
/// <remarks>
/// Boundaries are counted from an anchor, never from the last boundary, so they do not drift: a monthly budget anchored
/// on 31 January resets on 28 February and then on 31 March.
/// </remarks>
public sealed record BudgetPeriod
{
    private const string Form = "once, day or month";

    private BudgetPeriod(BudgetPeriodKind kind, TimeZoneInfo zone)
    {
        Kind = kind;
        Zone = zone;
    }

    /// <summary>No reset, ever.</summary>
    public static BudgetPeriod Once { get; } = new(BudgetPeriodKind.Once, TimeZoneInfo.Utc);

    /// <summary>A new budget every day at midnight UTC.</summary>
    public static BudgetPeriod Day { get; } = new(BudgetPeriodKind.Day, TimeZoneInfo.Utc);

    /// <summary>A new budget every month at midnight UTC, on the day of the month on which the key was made.</summary>
    public static BudgetPeriod Month { get; } = new(BudgetPeriodKind.Month, TimeZoneInfo.Utc);

    /// <summary>How often the budget starts again.</summary>
    public BudgetPeriodKind Kind { get; }

    /// <summary>The zone whose wall clock the anchor's date and time of day are read on.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Reads <c>once</c>, <c>day</c> or <c>month</c>.</summary>
    /// <param name="text">The word, in lower case.</param>
    /// <param name="field">The name that an error gives to the value.</param>
    /// <exception cref="InvalidFieldException">Any other text.</exception>
    public static BudgetPeriod Parse(string? text, string field = "period") => text switch
    {
        "once" => Once,
        "day" => Day,
        "month" => Month,
        _ => throw new InvalidFieldException(field, "is unknown", Form),
    };

    /// <summary>The start of the day on which <paramref name="moment"/> lies, on the zone's wall clock.</summary>
    public DateTimeOffset DefaultAnchor(DateTimeOffset moment) =>
        ToInstant(TimeZoneInfo.ConvertTime(moment, Zone).Date);

    /// <summary>The first boundary after <paramref name="now"/>, however many periods were missed.</summary>
    /// <param name="anchor">A boundary from which the others are counted.</param>
    /// <param name="now">The store's time.</param>
    /// <returns><see langword="null"/> for <see cref="Once"/>.</returns>
    public DateTimeOffset? NextReset(DateTimeOffset anchor, DateTimeOffset now)
    {
        if (Kind == BudgetPeriodKind.Once)
        {
            return null;
        }

        var first = TimeZoneInfo.ConvertTime(anchor, Zone).DateTime;
        var periods = Math.Max(0, PeriodsBetween(first, TimeZoneInfo.ConvertTime(now, Zone).DateTime) - 1);
        while (true)
        {
            var boundary = ToInstant(Step(first, periods));
            if (boundary > now)
            {
                return boundary;
            }

            periods++;
        }
    }

    /// <summary>The word that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        BudgetPeriodKind.Once => "once",
        BudgetPeriodKind.Day => "day",
        _ => "month",
    };

    private int PeriodsBetween(DateTime first, DateTime now) => Kind == BudgetPeriodKind.Day
        ? (now - first).Days
        : ((now.Year - first.Year) * 12) + now.Month - first.Month;

    private DateTime Step(DateTime first, int periods) =>
        Kind == BudgetPeriodKind.Day ? first.AddDays(periods) : first.AddMonths(periods);

    private DateTimeOffset ToInstant(DateTime wallClock)
    {
        var local = DateTime.SpecifyKind(wallClock, DateTimeKind.Unspecified);

        // A wall-clock time that daylight saving skips does not exist: the period starts when the clock moves on.
        while (Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        // Of two instants with one wall-clock time, the earlier: a budget never lasts longer than its period.
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
