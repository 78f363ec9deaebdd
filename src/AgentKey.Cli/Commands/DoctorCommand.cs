using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Storage;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class DoctorCommand
{
    public static Command Create() =>
        new Command("doctor", "Examine the tables and every row in them, and say how to mend what is wrong. Changes nothing. Exits with 1 when something is.").Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var findings = await keys.ExamineAsync(cancellationToken);
        var errors = findings.Count(finding => finding.Severity == FindingSeverity.Error);
        return new CommandResult(
            new JsonObject { ["errors"] = errors, ["findings"] = new JsonArray([.. findings.Select(Json)]) },
            new Text(findings.Count == 0 ? "Nothing is wrong." : string.Join(Environment.NewLine, findings.Select(Line))),
            errors == 0 ? ExitCode.Done : ExitCode.Failure);
    }

    private static string Line(StoreFinding finding) => $"{SeverityOf(finding)}: {finding}";

    private static string SeverityOf(StoreFinding finding) => finding.Severity.ToString().ToLowerInvariant();

    private static JsonObject Json(StoreFinding finding) => new()
    {
        ["code"] = finding.Code,
        ["severity"] = SeverityOf(finding),
        ["table"] = finding.Table,
        ["column"] = finding.Column,
        ["rowId"] = finding.RowId,
        ["expected"] = finding.Expected,
        ["found"] = finding.Found,
        ["fix"] = finding.Fix,
    };
}
