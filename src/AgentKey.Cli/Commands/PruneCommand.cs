using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class PruneCommand
{
    private static readonly Option<string> Before = new("--before")
    {
        Description = "Remove entries older than this instant, e.g. 2026-01-01T00:00:00Z. Their operation ids are forgotten: a retry that comes later would be charged again.",
        Required = true,
    };

    public static Command Create() => new Command("prune", "Remove old ledger entries; every budget can still be recomputed from the rest.") { Before }
        .Runs(async (keys, parse, cancellationToken) =>
        {
            var removed = await keys.PruneLedgerAsync(InstantText.ParseOptional(parse.GetValue(Before), "--before")!.Value, cancellationToken);
            return new CommandResult(new JsonObject { ["removed"] = removed }, new Text($"{removed} ledger entries were removed."));
        });
}
