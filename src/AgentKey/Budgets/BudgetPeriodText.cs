using System.Globalization;

namespace AgentKey.Budgets;

/// <summary>Periods as text: a kind, and what is said of it in the order on, at, in.</summary>
internal static class BudgetPeriodText
{
    public const string Form =
        "once, hour, day, week, month, year or rolling 24h, with what is wanted of: on monday (week), on 31 (month), on 02-29 (year), at 09:00, in Europe/Berlin";

    private const int MaxLength = 100;

    // What need not be said.
    private const string Monday = " on monday";
    private const string Midnight = " at 00:00";
    private const string Utc = " in UTC";

    private static readonly (string Unit, TimeSpan Length)[] Units =
        [("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1))];

    public static string WordOf(BudgetPeriodKind kind) => kind.ToString().ToLowerInvariant();

    public static BudgetPeriod Parse(string? text, string field)
    {
        var words = text is { Length: <= MaxLength } ? text.Split(' ') : [""];
        try
        {
            var (period, next) = ReadKind(words);
            for (; next + 1 < words.Length; next += 2)
            {
                period = ReadPart(period, words[next], words[next + 1]);
            }

            // One spelling of each period, so that what is read is what would be written; only units of windows are free,
            // and whether a default is said.
            if (next == words.Length && (period.Kind == BudgetPeriodKind.Rolling || Format(period, said: text!) == text))
            {
                return period;
            }
        }
        catch (InvalidFieldException impossible)
        {
            throw new InvalidFieldException(field, $"is impossible: {impossible.Problem}", impossible.AcceptedForm);
        }

        throw new InvalidFieldException(field, "is unknown", Form);
    }

    public static string Format(BudgetPeriod period) => Format(period, said: "");

    private static string Format(BudgetPeriod period, string said)
    {
        var text = WordOf(period.Kind);
        if (period.Kind == BudgetPeriodKind.Rolling)
        {
            // A single day is better known as 24h.
            var (unit, length) = Array.Find(Units, unit => period.Window.Ticks % unit.Length.Ticks == 0 && (unit.Unit != "d" || period.Window > unit.Length));
            return string.Create(CultureInfo.InvariantCulture, $"{text} {period.Window.Ticks / length.Ticks}{unit}");
        }

        if (period.Kind == BudgetPeriodKind.Week && (period.Weekday != DayOfWeek.Monday || said.Contains(Monday, StringComparison.Ordinal)))
        {
            text += $" on {period.Weekday.ToString().ToLowerInvariant()}";
        }
        else if (period.DayOfMonth is { } day)
        {
            text += period.MonthOfYear is { } month
                ? string.Create(CultureInfo.InvariantCulture, $" on {month:00}-{day:00}")
                : string.Create(CultureInfo.InvariantCulture, $" on {day}");
        }

        if (period.TimeOfDay != default || said.Contains(Midnight, StringComparison.Ordinal))
        {
            text += period.TimeOfDay.ToString("' at 'HH':'mm", CultureInfo.InvariantCulture);
        }

        return period.Zone.Equals(TimeZoneInfo.Utc) && !said.Contains(Utc, StringComparison.Ordinal) ? text : $"{text} in {period.Zone.Id}";
    }

    private static (BudgetPeriod Period, int Next) ReadKind(string[] words) => words[0] switch
    {
        "once" => (BudgetPeriod.Once, 1),
        "hour" => (BudgetPeriod.Hour, 1),
        "day" => (BudgetPeriod.Day, 1),
        "week" => (BudgetPeriod.Week, 1),
        "month" => (BudgetPeriod.Month, 1),
        "year" => (BudgetPeriod.Year, 1),
        "rolling" when words.Length > 1 => (BudgetPeriod.Rolling(ReadWindow(words[1])), 2),
        _ => throw Unreadable(words[0]),
    };

    private static BudgetPeriod ReadPart(BudgetPeriod period, string word, string value) => word switch
    {
        "on" when period.Kind == BudgetPeriodKind.Week && Enum.TryParse<DayOfWeek>(value, ignoreCase: true, out var weekday) && Enum.IsDefined(weekday) => period.On(weekday),
        "on" when period.Kind == BudgetPeriodKind.Month && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var day) => period.OnDay(day),
        "on" when period.Kind == BudgetPeriodKind.Year && DateOnly.TryParseExact($"2000-{value}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) =>
            period.OnDate(date.Month, date.Day),
        "at" when TimeOnly.TryParseExact(value, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) => period.At(time),
        "in" => period.In(value),
        _ => throw Unreadable($"{word} {value}"),
    };

    private static TimeSpan ReadWindow(string text)
    {
        var unit = Array.Find(Units, unit => text.EndsWith(unit.Unit, StringComparison.Ordinal));
        const int mostMinutes = 366 * 24 * 60;
        return unit.Unit is not null && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= mostMinutes
            ? unit.Length * count
            : throw Unreadable(text);
    }

    private static InvalidFieldException Unreadable(string part) => new("part", $"\"{part}\" cannot be read", Form);
}
