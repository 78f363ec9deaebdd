using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Postgres;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class MigrateCommand
{
    private static readonly Option<bool> Plan = new("--plan") { Description = "Print the SQL that is missing, and execute nothing (Postgres)." };
    private static readonly Option<string?> Grants = new("--grants") { Description = "Print the SQL that lets this role charge, but not raise a cap or touch the ledger (Postgres)." };

    public static Command Create() =>
        new Command("migrate", "Create what is missing of the schema; change nothing that exists.") { Plan, Grants }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        if (parse.GetValue(Grants) is { } role)
        {
            await using var store = Postgres(parse, "--grants");
            return Script(store.GrantsFor(role));
        }

        if (parse.GetValue(Plan))
        {
            await using var store = Postgres(parse, "--plan");
            return Script(await store.PlanMigrationAsync(cancellationToken));
        }

        await keys.MigrateAsync(cancellationToken);
        return new CommandResult(new JsonObject { ["migrated"] = true }, new Text("The schema is up to date."));
    }

    private static PostgresKeyStore Postgres(ParseResult parse, string option) =>
        StoreAddress.Open(GlobalOptions.StoreOf(parse)) as PostgresKeyStore
        ?? throw new InvalidFieldException(option, "needs a Postgres store", "--store postgres:CONNECTION-STRING");

    private static CommandResult Script(IReadOnlyList<string> statements) => new(
        new JsonObject { ["sql"] = new JsonArray([.. statements.Select(statement => (JsonNode)statement)]) },
        new Text(statements.Count == 0 ? "-- Nothing is missing." : string.Join(Environment.NewLine, statements.Select(statement => statement + ";"))));
}
