using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Money;
using AgentKey.Storage;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class VerifyCommand
{
    public static Command Create() =>
        new Command("verify", "Recompute every budget from the ledger, and name what does not add up.").Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var found = await keys.VerifyAsync(cancellationToken);
        var json = new JsonObject { ["addsUp"] = found.Count == 0, ["discrepancies"] = new JsonArray([.. found.Select(Json)]) };
        return found.Count == 0
            ? new CommandResult(json, new Text("Every budget adds up."))
            : new CommandResult(json, new Text(string.Join(Environment.NewLine, found.Select(Sentence))), ExitCode.Failure);
    }

    private static JsonObject Json(LedgerDiscrepancy discrepancy) => new()
    {
        ["budget"] = discrepancy.Budget,
        ["sequence"] = discrepancy.Sequence,
        ["expectedCents"] = Cents(discrepancy.ExpectedMicroCents),
        ["foundCents"] = Cents(discrepancy.FoundMicroCents),
    };

    private static string Sentence(LedgerDiscrepancy discrepancy)
    {
        var place = discrepancy.Sequence is { } sequence ? $"ledger entry {sequence} leads to" : "its row says";
        return FormattableString.Invariant(
            $"{discrepancy.Budget}: {place} {Cents(discrepancy.FoundMicroCents)} cents, and {Cents(discrepancy.ExpectedMicroCents)} follows from the entries before.");
    }

    private static decimal Cents(long microCents) => microCents / (decimal)Cost.MicroCentsPerCent;
}
