using System.Globalization;
using System.Text.Json;
using AgentKey.Money;
using AgentKey.Storage;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Dashboard;

/// <summary>What the chart draws: thirty days, and for each of the largest groups its amounts, as numbers to draw and as exact text.</summary>
internal sealed class SpendingChart(AgentKeys keys, TimeProvider time)
{
    private const int Days = SpendingQuery.RankedDays;

    public async Task WriteAsync(HttpContext context)
    {
        var last = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var first = last.AddDays(1 - Days);
        var query = new SpendingQuery
        {
            By = context.Request.Query["by"] == "key" ? UsageGrouping.Key : UsageGrouping.Tool,
            KeyId = context.Request.Query["key"].ToString() is { Length: > 0 } key ? key : null,
            Since = new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero),
        };
        var rows = await keys.ReadSpendingAsync(query, context.RequestAborted).ConfigureAwait(false);
        var series = rows.GroupBy(row => row.Group).OrderBy(group => group.Key is null)
            .ThenByDescending(group => group.Sum(row => row.SpentMicroCents)).ToList();
        context.Response.ContentType = "application/json";

        // Adding up a large ledger takes its time; looking again within half a minute does not.
        context.Response.Headers.CacheControl = "private, max-age=30";
        var named = new List<(string Name, Dictionary<DateOnly, long> Amounts)>();
        foreach (var group in series)
        {
            var name = group.Key is { } known ? await NameAsync(known, query.By, context.RequestAborted).ConfigureAwait(false) : "all others";
            named.Add((name, group.ToDictionary(row => row.Day, row => row.SpentMicroCents)));
        }

        using (var json = new Utf8JsonWriter(context.Response.BodyWriter))
        {
            Write(json, first, named);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter json, DateOnly first, List<(string Name, Dictionary<DateOnly, long> Amounts)> series)
    {
        json.WriteStartObject();
        json.WriteStartArray("days");
        for (var day = 0; day < Days; day++)
        {
            json.WriteStringValue(first.AddDays(day).ToString("O", CultureInfo.InvariantCulture));
        }

        json.WriteEndArray();
        json.WriteStartArray("series");
        foreach (var (name, amounts) in series)
        {
            Write(json, name, first, amounts);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private async Task<string> NameAsync(string group, UsageGrouping by, CancellationToken cancellationToken) => (by, group) switch
    {
        (_, "") => "(none)",
        (UsageGrouping.Key, _) => await keys.FindAsync(group, cancellationToken).ConfigureAwait(false) is { } key ? $"{key.Name} ({group})" : group,
        _ => group,
    };

    private static void Write(Utf8JsonWriter json, string name, DateOnly first, Dictionary<DateOnly, long> amounts)
    {
        var byDay = Enumerable.Range(0, Days).Select(day => amounts.GetValueOrDefault(first.AddDays(day))).ToList();
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("total", SignedAmount.Of(byDay.Sum()));
        json.WriteStartArray("dollars");
        byDay.ForEach(amount => json.WriteNumberValue((decimal)amount / Cost.MicroCentsPerDollar));
        json.WriteEndArray();
        json.WriteStartArray("texts");
        byDay.ForEach(amount => json.WriteStringValue(SignedAmount.Of(amount)));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
