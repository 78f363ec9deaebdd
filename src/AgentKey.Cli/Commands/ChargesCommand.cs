using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Storage;

namespace AgentKey.Cli.Commands;

internal static class ChargesCommand
{
    private static readonly Option<string> Since = new("--since") { Description = "From this instant on, e.g. 2026-11-01T00:00:00Z: when the secret leaked.", Required = true };
    private static readonly Option<string?> Key = new("--key") { Description = "Only this key." };
    private static readonly Option<bool> Descendants = new("--descendants") { Description = "With --key: also every key below it." };

    public static Command Create() => new Command("charges", "List what was charged, held and returned since an instant, e.g. after a leak.") { Since, Key, Descendants }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var since = InstantText.ParseOptional(parse.GetValue(Since), "--since");
        string?[] wanted = [PastedSecret.RequireOptionalId(parse.GetValue(Key), Key.Name)];
        if (parse.GetValue(Descendants))
        {
            var top = wanted[0] ?? throw new InvalidFieldException("--descendants", "needs a key", "--key 42 --descendants");
            wanted = [top, .. await keys.FindDescendantsAsync(top, cancellationToken)];
        }

        var entries = new List<LedgerEntry>();
        foreach (var id in wanted)
        {
            await foreach (var entry in keys.ReadLedgerAsync(new LedgerQuery { KeyId = id, Since = since }, cancellationToken))
            {
                entries.Add(entry);
            }
        }

        // What a call did to the budgets above its key is the same money again.
        var ordered = entries.Where(entry => entry is { Budget: null, Kind: not (LedgerEntryKind.Posting or LedgerEntryKind.Reset) }).OrderBy(entry => entry.Sequence).ToArray();
        return await EmptyAnswer.OfMissingKeyAsync(keys, parse.GetValue(Key), entries.Count, cancellationToken)
            ?? new CommandResult(new JsonObject { ["charges"] = new JsonArray([.. ordered.Select(KeyJson.Of)]) }, KeyTable.Of(ordered));
    }
}
