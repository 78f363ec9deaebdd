namespace AgentKey.Budgets;

/// <summary>When a budget starts again: how often, on which day, at what time, and on whose wall clock.</summary>
/// <remarks>
/// <para>
/// Boundaries are counted from an anchor, never from the last boundary, so they do not drift: a monthly budget anchored
/// on 31 January resets on 28 February and then on 31 March.
/// </para>
/// <para>
/// In text, e.g. <c>once</c>, <c>hour</c>, <c>day at 09:00 in Europe/Berlin</c>, <c>week on monday</c>, <c>month on 31</c>,
/// <c>year on 02-29</c>, <c>rolling 24h</c>. Without more said, days begin at midnight UTC, weeks on Monday (ISO 8601),
/// months and years on the day on which the key was made.
/// </para>
/// </remarks>
public sealed record BudgetPeriod
{
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(366);

    private BudgetPeriod(BudgetPeriodKind kind) => Kind = kind;

    /// <summary>No reset, ever.</summary>
    public static BudgetPeriod Once { get; } = new(BudgetPeriodKind.Once);

    /// <summary>A new budget every hour, at minute 0.</summary>
    public static BudgetPeriod Hour { get; } = new(BudgetPeriodKind.Hour);

    /// <summary>A new budget every day at midnight UTC.</summary>
    public static BudgetPeriod Day { get; } = new(BudgetPeriodKind.Day);

    /// <summary>A new budget every Monday at midnight UTC.</summary>
    public static BudgetPeriod Week { get; } = new(BudgetPeriodKind.Week);

    /// <summary>A new budget every month at midnight UTC, on the day of the month on which the key was made.</summary>
    public static BudgetPeriod Month { get; } = new(BudgetPeriodKind.Month);

    /// <summary>A new budget every year at midnight UTC, on the date on which the key was made.</summary>
    public static BudgetPeriod Year { get; } = new(BudgetPeriodKind.Year);

    /// <summary>How often the budget starts again.</summary>
    public BudgetPeriodKind Kind { get; }

    /// <summary>The zone on whose wall clock dates and times of day are read.</summary>
    public TimeZoneInfo Zone { get; private init; } = TimeZoneInfo.Utc;

    /// <summary>The time of day at which a period begins.</summary>
    public TimeOnly TimeOfDay { get; private init; }

    /// <summary>The weekday on which a week begins.</summary>
    public DayOfWeek Weekday { get; private init; } = DayOfWeek.Monday;

    /// <summary>The day of the month on which a month or year begins; <see langword="null"/> for the day on which the key was made.</summary>
    public int? DayOfMonth { get; private init; }

    /// <summary>The month in which a year begins; <see langword="null"/> for the month in which the key was made.</summary>
    public int? MonthOfYear { get; private init; }

    /// <summary>The length of a rolling window; zero for other kinds.</summary>
    public TimeSpan Window { get; private init; }

    /// <summary>How finely a rolling window moves: a sixtieth of it, in whole seconds, rounded up.</summary>
    public TimeSpan Slice => TimeSpan.FromSeconds((Window.Ticks + (60 * TimeSpan.TicksPerSecond) - 1) / (60 * TimeSpan.TicksPerSecond));

    /// <summary>Whether the TypeScript library knows the period: <c>day</c> and <c>month</c> at midnight UTC, and none.</summary>
    public bool IsShared => this == Once || this == Day || this == Month;

    /// <summary>A window that ends now: what was spent in the last minutes, hours or days counts.</summary>
    /// <param name="window">1 minute to 366 days, in whole minutes.</param>
    /// <exception cref="InvalidFieldException">The length is out of range.</exception>
    public static BudgetPeriod Rolling(TimeSpan window) =>
        window >= ShortestWindow && window <= LongestWindow && window.Ticks % TimeSpan.TicksPerMinute == 0
            ? new BudgetPeriod(BudgetPeriodKind.Rolling) { Window = window }
            : throw new InvalidFieldException("period", "has a window out of range", "whole minutes from 1m to 366d, e.g. rolling 24h");

    /// <summary>Reads the text form.</summary>
    /// <param name="text">Such as <c>month on 31 at 09:00 in Europe/Berlin</c>.</param>
    /// <param name="field">The name that an error gives to the value.</param>
    /// <exception cref="InvalidFieldException">The text has another form, or names what does not exist.</exception>
    public static BudgetPeriod Parse(string? text, string field = "period") => BudgetPeriodText.Parse(text, field);

    /// <summary>Begins each week on another day.</summary>
    /// <exception cref="InvalidFieldException">The period is no week.</exception>
    public BudgetPeriod On(DayOfWeek weekday) => Require(Kind == BudgetPeriodKind.Week, "a weekday") with { Weekday = weekday };

    /// <summary>Begins each month on a day, or on its last day where it is shorter.</summary>
    /// <exception cref="InvalidFieldException">The period is no month, or there is no such day.</exception>
    public BudgetPeriod OnDay(int day) =>
        Require(Kind == BudgetPeriodKind.Month && day is >= 1 and <= 31, $"day {day}") with { DayOfMonth = day };

    /// <summary>Begins each year on a date; 29 February is 28 February where it is not there.</summary>
    /// <exception cref="InvalidFieldException">The period is no year, or there is no such date.</exception>
    public BudgetPeriod OnDate(int month, int day) =>
        Require(Kind == BudgetPeriodKind.Year && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(2000, month), $"the date {month:00}-{day:00}")
            with
        { MonthOfYear = month, DayOfMonth = day };

    /// <summary>Begins each period at a time of day; for an hour, at its minute.</summary>
    /// <exception cref="InvalidFieldException">The period has no time of day, or the time is no whole minute.</exception>
    public BudgetPeriod At(TimeOnly time) =>
        Require(
            Kind is not (BudgetPeriodKind.Once or BudgetPeriodKind.Rolling)
                && time.Ticks % TimeSpan.TicksPerMinute == 0
                && (Kind != BudgetPeriodKind.Hour || time.Hour == 0),
            $"the time {time:HH':'mm':'ss}") with
        { TimeOfDay = time };

    /// <summary>Reads dates and times on another wall clock.</summary>
    /// <param name="ianaZone">E.g. <c>Europe/Berlin</c>.</param>
    /// <exception cref="InvalidFieldException">There is no such zone, or the period has no wall clock.</exception>
    public BudgetPeriod In(string ianaZone)
    {
        ArgumentNullException.ThrowIfNull(ianaZone);
        return TimeZoneInfo.TryFindSystemTimeZoneById(ianaZone, out var zone)
            ? Require(Kind is not (BudgetPeriodKind.Once or BudgetPeriodKind.Rolling), "a zone") with { Zone = ianaZone == "UTC" ? TimeZoneInfo.Utc : zone }
            : throw new InvalidFieldException("zone", "is unknown", "an IANA zone, e.g. Europe/Berlin");
    }

    /// <summary>The boundary from which a budget that begins at <paramref name="moment"/> counts the others.</summary>
    public DateTimeOffset DefaultAnchor(DateTimeOffset moment) => BudgetCalendar.DefaultAnchor(this, moment);

    /// <summary>The first boundary after <paramref name="now"/>, however many periods were missed.</summary>
    /// <param name="anchor">A boundary from which the others are counted.</param>
    /// <param name="now">The store's time.</param>
    /// <returns><see langword="null"/> for <see cref="Once"/> and rolling windows.</returns>
    public DateTimeOffset? NextReset(DateTimeOffset anchor, DateTimeOffset now) => BudgetCalendar.NextReset(this, anchor, now);

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => BudgetPeriodText.Format(this);

    private BudgetPeriod Require(bool isPossible, string part) => isPossible
        ? this
        : throw new InvalidFieldException("period", $"of the kind {BudgetPeriodText.WordOf(Kind)} cannot have {part}", BudgetPeriodText.Form);
}
