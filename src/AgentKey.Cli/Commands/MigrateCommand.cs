using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class MigrateCommand
{
    public static Command Create() => new Command("migrate", "Create what is missing of the schema; change nothing that exists.")
        .Runs(async (keys, _, cancellationToken) =>
        {
            await keys.MigrateAsync(cancellationToken);
            return new CommandResult(new JsonObject { ["migrated"] = true }, new Text("The schema is up to date."));
        });
}
