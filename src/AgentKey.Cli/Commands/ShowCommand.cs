using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Storage;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class ShowCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The key's id." };
    private static readonly Option<int> Ledger = WholeNumber.Option("--ledger", "How many of the newest ledger entries to show.", 10, "0 or more, e.g. 10");

    public static Command Create() => new Command("show", "Show one key and its newest ledger entries.") { Id, Ledger }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var id = PastedSecret.RequireId(parse.GetValue(Id)!, Id.Name);
        if (await keys.FindAsync(id, cancellationToken) is not { } key)
        {
            return CommandResult.NotFound(id);
        }

        var newest = new Queue<LedgerEntry>();
        var most = Math.Max(0, parse.GetValue(Ledger));
        await foreach (var entry in keys.ReadLedgerAsync(id, cancellationToken))
        {
            newest.Enqueue(entry);
            if (newest.Count > most)
            {
                newest.Dequeue();
            }
        }

        return new CommandResult(
            new JsonObject { ["key"] = KeyJson.Of(key), ["ledger"] = new JsonArray([.. newest.Select(KeyJson.Of)]) },
            new Rows(KeyTable.Of([key]), KeyTable.Of(newest)));
    }
}
