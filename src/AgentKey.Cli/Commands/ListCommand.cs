using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Storage;

namespace AgentKey.Cli.Commands;

internal static class ListCommand
{
    private static readonly Option<string?> Account = new("--account") { Description = "Only keys of this account." };
    private static readonly Option<bool> All = new("--all") { Description = "Also revoked and expired keys." };
    private static readonly Option<int> Limit = WholeNumber.Option("--limit", $"The most keys to list, 1 to {KeyQuery.MaxLimit}.", 100, $"1 to {KeyQuery.MaxLimit}");
    private static readonly Option<string?> After = new("--after") { Description = "Only keys after this id: the last one of the page before." };

    public static Command Create() => new Command("list", "List keys, without their secrets.") { Account, All, Limit, After }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var query = new KeyQuery
        {
            AccountId = parse.GetValue(Account),
            IncludeDead = parse.GetValue(All),
            Limit = parse.GetValue(Limit),
            AfterId = PastedSecret.RequireOptionalId(parse.GetValue(After), After.Name),
        };
        var found = await keys.ListAsync(query, cancellationToken);
        return new CommandResult(new JsonObject { ["keys"] = new JsonArray([.. found.Select(KeyJson.Of)]) }, KeyTable.Of(found));
    }
}
