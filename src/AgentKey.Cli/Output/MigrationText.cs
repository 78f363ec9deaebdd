using System.Text.Json.Nodes;
using AgentKey.Postgres;
using Spectre.Console;

namespace AgentKey.Cli.Output;

/// <summary>Migrations and grants, in words and as SQL.</summary>
internal static class MigrationText
{
    private const string Nothing = "Nothing is missing.";

    /// <summary>The steps in words.</summary>
    public static CommandResult Plan(IReadOnlyList<MigrationStep> steps) => new(
        Json(steps), new Text(steps.Count == 0 ? Nothing : string.Join(Environment.NewLine, steps.Select((step, i) => $"{i + 1}. {step.Summary}"))));

    /// <summary>The steps as SQL, with the settings that keep them from stopping the table. Not for one transaction.</summary>
    public static CommandResult Script(IReadOnlyList<MigrationStep> steps) => new(
        Json(steps), Verbatim.Of(
            steps.Count == 0 ? ["-- " + Nothing] : ["SET statement_timeout = 0;", .. steps.SelectMany(Lines), "RESET lock_timeout;", "RESET statement_timeout;"]));

    /// <summary>Statements as they are.</summary>
    public static CommandResult Statements(IReadOnlyList<string> statements) => new(
        new JsonObject { ["sql"] = new JsonArray([.. statements.Select(statement => (JsonNode)statement)]) },
        Verbatim.Of(statements.Select(statement => statement + ";")));

    private static string[] Lines(MigrationStep step) => [$"-- {step.Summary}", step.LockTimeoutSql + ";", step.Sql + ";"];

    private static JsonObject Json(IReadOnlyList<MigrationStep> steps) => new()
    {
        ["steps"] = new JsonArray([.. steps.Select(step => new JsonObject { ["summary"] = step.Summary, ["online"] = step.IsOnline, ["sql"] = step.Sql })]),
    };
}
