using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Cli.Commands;

internal static class UsageCommand
{
    private static readonly Option<string> By = new("--by") { Description = "What to add up by: key, scope, tool or day.", DefaultValueFactory = _ => "key" };
    private static readonly Option<string?> Key = new("--key") { Description = "Only this key." };
    private static readonly Option<string?> Since = new("--since") { Description = "Only from this instant on, e.g. 2026-11-01T00:00:00Z." };
    private static readonly Option<string?> Until = new("--until") { Description = "Only before this instant." };

    public static Command Create() => new Command("usage", "Add up what was spent.") { By, Key, Since, Until }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var by = parse.GetValue(By)!;
        var query = new UsageQuery
        {
            By = by.ToLowerInvariant() switch
            {
                "key" => UsageGrouping.Key,
                "scope" => UsageGrouping.Scope,
                "tool" => UsageGrouping.Tool,
                "day" => UsageGrouping.Day,
                _ => throw new InvalidFieldException("--by", "is unknown", "key, scope, tool or day"),
            },
            KeyId = PastedSecret.RequireOptionalId(parse.GetValue(Key), Key.Name),
            Since = InstantText.ParseOptional(parse.GetValue(Since), "--since"),
            Until = InstantText.ParseOptional(parse.GetValue(Until), "--until"),
        };
        var rows = await keys.ReadUsageAsync(query, cancellationToken);
        return await EmptyAnswer.OfMissingKeyAsync(keys, query.KeyId, rows.Count, cancellationToken) ?? new CommandResult(
            new JsonObject { ["usage"] = new JsonArray([.. rows.Select(row => Json(by, row))]) },
            KeyTable.Of([by, "calls", "spent"], rows.Select(row => new[] { row.Group, row.Calls.ToString(CultureInfo.InvariantCulture), Dollars(row) })));
    }

    private static JsonObject Json(string by, UsageRow row) => new()
    {
        [by] = row.Group,
        ["calls"] = row.Calls,
        ["spentCents"] = row.SpentMicroCents / (decimal)Cost.MicroCentsPerCent,
    };

    private static string Dollars(UsageRow row) => $"{(row.SpentMicroCents < 0 ? "-" : "")}{Cost.FromMicroCents(Math.Abs(row.SpentMicroCents))}";
}
