using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class RevokeCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The key's id." };
    private static readonly Option<string?> Account = new("--account") { Description = "Only a key of this account is found." };

    private static readonly Option<bool> Descendants = new("--descendants") { Description = "Mark every key below as revoked too, so that what they carved comes back all the way." };

    public static Command Create() => new Command("revoke", "Revoke a key: its next charge, and that of every key below, is refused everywhere.") { Id, Account, Descendants }
        .Runs(async (keys, parse, cancellationToken) =>
        {
            var id = PastedSecret.RequireId(parse.GetValue(Id)!, Id.Name);
            var revoked = parse.GetValue(Descendants)
                ? await keys.RevokeWithDescendantsAsync(id, parse.GetValue(Account), cancellationToken)
                : await keys.RevokeAsync(id, parse.GetValue(Account), cancellationToken) ? 1 : 0;
            return revoked > 0
                ? new CommandResult(
                    new JsonObject { ["revoked"] = id, ["count"] = revoked }, new Text(revoked == 1 ? $"Key {id} is revoked." : $"Key {id} and {revoked - 1} below it are revoked."))
                : CommandResult.NotFound(id);
        });
}
