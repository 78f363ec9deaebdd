using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class RevokeCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The key's id." };
    private static readonly Option<string?> Account = new("--account") { Description = "Only a key of this account is found." };

    public static Command Create() => new Command("revoke", "Revoke a key: its next charge is refused everywhere.") { Id, Account }
        .Runs(async (keys, parse, cancellationToken) =>
        {
            var id = parse.GetValue(Id)!;
            return await keys.RevokeAsync(id, parse.GetValue(Account), cancellationToken)
                ? new CommandResult(new JsonObject { ["revoked"] = id }, new Text($"Key {id} is revoked."))
                : CommandResult.NotFound(id);
        });
}
