using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class PruneCommand
{
    private static readonly Option<string?> Before = new("--before")
    {
        Description = $"Remove entries older than this instant, at least {AgentKeys.MinLedgerDays} days ago, e.g. 2026-01-01T00:00:00Z [default: the current month and the {new AgentKeysOptions().LedgerMonths} before stay].",
    };

    public static Command Create() => new Command(
        "prune",
        "Remove old ledger entries; every budget can still be recomputed from the rest. Their operation ids are forgotten: a retry that comes later would be charged again. `usage` counts what is kept.")
    {
        Before,
    }.Runs(async (keys, parse, cancellationToken) =>
    {
        var removed = InstantText.ParseOptional(parse.GetValue(Before), "--before") is { } before
            ? await keys.PruneLedgerAsync(before, cancellationToken)
            : await keys.PruneLedgerAsync(cancellationToken);
        return new CommandResult(new JsonObject { ["removed"] = removed }, new Text($"{removed} ledger entries were removed."));
    });
}
