using System.Globalization;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>Instants as people read them: how long ago, and exactly in the title.</summary>
internal static class Moments
{
    public static Html Of(DateTimeOffset? moment, DateTimeOffset now, string never = "never") => moment is { } at
        ? Html.Of($"""<time datetime="{Exact(at)}" title="{Exact(at)}">{Relative(at, now)}</time>""")
        : Html.Of($"{never}");

    private static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Relative(DateTimeOffset at, DateTimeOffset now)
    {
        var distance = (at - now).Duration();
        var text = distance switch
        {
            { TotalSeconds: < 5 } => null,
            { TotalMinutes: < 1 } => Count((int)distance.TotalSeconds, "second"),
            { TotalHours: < 1 } => Count((int)distance.TotalMinutes, "minute"),
            { TotalDays: < 1 } => Count((int)distance.TotalHours, "hour"),
            { TotalDays: < 60 } => Count((int)distance.TotalDays, "day"),
            _ => Count((int)distance.TotalDays / 30, "month"),
        };
        return text is null ? "now" : at < now ? $"{text} ago" : $"in {text}";
    }

    private static string Count(int count, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {unit}{(count == 1 ? "" : "s")}");
}
