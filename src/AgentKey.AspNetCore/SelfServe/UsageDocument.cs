using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.AspNetCore.SelfServe;

/// <summary>What a key has spent, by something.</summary>
internal sealed record UsageDocument(string By, IReadOnlyList<UsageDocument.Row> Usage)
{
    public static UsageDocument Of(UsageGrouping by, IEnumerable<UsageRow> rows) => new(
        by.ToString().ToLowerInvariant(),
        [.. rows.Select(row => new Row(row.Group, row.Calls, row.SpentMicroCents / (decimal)Cost.MicroCentsPerCent))]);

    /// <summary>One group.</summary>
    internal sealed record Row(string Group, long Calls, decimal SpentCents);
}
