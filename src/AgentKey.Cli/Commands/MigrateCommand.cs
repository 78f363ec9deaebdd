using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Postgres;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class MigrateCommand
{
    private static readonly Option<bool> Apply = new("--apply") { Description = "Execute what is missing: what the command does unless another option says otherwise." };
    private static readonly Option<bool> Plan = new("--plan") { Description = "Say in words what is missing, and execute nothing (Postgres)." };
    private static readonly Option<bool> Script = new("--script") { Description = "Print what is missing as SQL for psql, and execute nothing (Postgres)." };
    private static readonly Option<bool> Widen = new("--widen") { Description = "Also change INTEGER columns of cents to BIGINT: rewrites the table while everybody waits (Postgres)." };
    private static readonly Option<string?> Grants = new("--grants") { Description = "Print the SQL that lets this role charge, but not raise a cap or touch the ledger (Postgres)." };

    private static readonly Option<bool> UpgradeHashes = new("--upgrade-hashes") { Description = "With --grants: also let the role replace hashes by ones with the current pepper." };

    public static Command Create() =>
        new Command("migrate", "Create what is missing of the schema; change nothing that exists.") { Apply, Plan, Script, Widen, Grants, UpgradeHashes }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        (Option Option, bool IsChosen)[] ways =
            [(Apply, parse.GetValue(Apply)), (Plan, parse.GetValue(Plan)), (Script, parse.GetValue(Script)), (Grants, parse.GetValue(Grants) is not null)];
        Option[] chosen = [.. ways.Where(way => way.IsChosen).Select(way => way.Option)];
        if (chosen.Length > 1)
        {
            throw new InvalidFieldException(chosen[1].Name, $"does not go with {chosen[0].Name}", "one of --apply, --plan, --script and --grants");
        }

        if (parse.GetValue(UpgradeHashes) && parse.GetValue(Grants) is null)
        {
            throw new InvalidFieldException(UpgradeHashes.Name, $"goes with {Grants.Name}", $"{Grants.Name} ROLE {UpgradeHashes.Name}");
        }

        var widens = parse.GetValue(Widen);
        var special = widens ? Widen : chosen.FirstOrDefault(option => option != Apply);
        if (special is not null)
        {
            await using var store = GlobalOptions.OpenStore(parse) as PostgresKeyStore
                ?? throw new InvalidFieldException(special.Name, "needs a Postgres store", "--store postgres:CONNECTION-STRING");
            return await RunAsync(store, parse, widens, cancellationToken);
        }

        await keys.MigrateAsync(cancellationToken);
        return Migrated();
    }

    private static async Task<CommandResult> RunAsync(PostgresKeyStore store, ParseResult parse, bool widens, CancellationToken cancellationToken)
    {
        if (parse.GetValue(Grants) is { } role)
        {
            return MigrationText.Statements(store.GrantsFor(role, parse.GetValue(UpgradeHashes)));
        }

        if (parse.GetValue(Plan))
        {
            return MigrationText.Plan(await store.PlanMigrationAsync(widens, cancellationToken));
        }

        if (parse.GetValue(Script))
        {
            return MigrationText.Script(await store.PlanMigrationAsync(widens, cancellationToken));
        }

        await store.MigrateAsync(widens, cancellationToken);
        return Migrated();
    }

    private static CommandResult Migrated() => new(new JsonObject { ["migrated"] = true }, new Text("The schema is up to date."));
}
