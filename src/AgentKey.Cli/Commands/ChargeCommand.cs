using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Charging;
using AgentKey.Cli.Output;
using AgentKey.Keys;
using AgentKey.Money;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class ChargeCommand
{
    private static readonly Option<string> Scope = new("--scope") { Description = "The scope that the key must hold, e.g. docs.read.", Required = true };
    private static readonly Option<string> Price = new("--cost") { Description = "Decimal dollars, exact to 8 decimals, e.g. 0.15 or 0.0003.", Required = true };
    private static readonly Option<string?> Tool = new("--tool") { Description = "What the ledger shall name as the tool." };
    private static readonly Option<string?> OperationId = new("--operation-id") { Description = "Makes a retry safe: one id is charged once." };

    public static Command Create() =>
        new Command("charge", $"Validate and charge in one step. The secret comes from {AgentSecret.EnvironmentVariable} or from standard input.")
        {
            Scope, Price, Tool, OperationId,
        }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var request = new ChargeRequest(Scopes.Scope.Require(parse.GetValue(Scope), "--scope"), Cost.ParseDollars(parse.GetValue(Price), "--cost"))
        {
            Tool = parse.GetValue(Tool),
            OperationId = parse.GetValue(OperationId),
        };
        var decision = await keys.ChargeAsync(keys.Identify(await ReadSecretAsync(cancellationToken)), request, cancellationToken);
        return decision.IsAllowed ? Allowed(decision) : Refused(decision.Denial);
    }

    private static async Task<string> ReadSecretAsync(CancellationToken cancellationToken)
    {
        if (Environment.GetEnvironmentVariable(AgentSecret.EnvironmentVariable) is { Length: > 0 } secret)
        {
            return secret;
        }

        // Some shells begin what they pipe with a byte order mark.
        var line = Console.IsInputRedirected ? (await Console.In.ReadLineAsync(cancellationToken))?.TrimStart('\uFEFF') : null;
        return string.IsNullOrWhiteSpace(line)
            ? throw new InvalidFieldException("the secret", "is missing", $"{AgentSecret.EnvironmentVariable}, or the first line of standard input")
            : line;
    }

    private static CommandResult Allowed(ChargeDecision decision)
    {
        var receipt = decision.Receipt!;
        var json = new JsonObject
        {
            ["allowed"] = true,
            ["keyId"] = receipt.KeyId,
            ["operationId"] = receipt.OperationId,
            ["costCents"] = receipt.Cost.Cents,
            ["remainingCents"] = decision.Remaining?.Cents,
            ["replay"] = decision.IsReplay,
        };
        var left = decision.Remaining is { } remaining ? $"{remaining} left" : "no cap";
        return new CommandResult(json, new Text($"Charged {receipt.Cost}, {left}{(decision.IsReplay ? " (charged before)" : "")}."));
    }

    private static CommandResult Refused(Denial denial) => new(
        new JsonObject { ["allowed"] = false, ["denial"] = KeyJson.Of(denial) }, new Text($"{denial.Code}: {denial.Message}"), ExitCode.Refused);
}
