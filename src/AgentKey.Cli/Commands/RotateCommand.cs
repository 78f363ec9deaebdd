using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Output;
using AgentKey.Keys;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

internal static class RotateCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The key's id." };
    private static readonly Option<string> Overlap = new("--overlap") { Description = "How long the present secret stays valid: 0, 30m, 24h, 7d.", DefaultValueFactory = _ => "24h" };
    private static readonly Option<string?> Account = new("--account") { Description = "Only a key of this account is found." };

    public static Command Create() =>
        new Command("rotate", "Give a key a new secret, with the same budget and history. After a leak: --overlap 0.") { Id, Overlap, Account }.Runs(RunAsync);

    private static async Task<CommandResult> RunAsync(AgentKeys keys, ParseResult parse, CancellationToken cancellationToken)
    {
        var id = PastedSecret.RequireId(parse.GetValue(Id)!, Id.Name);
        var overlap = parse.GetValue(Overlap)!;
        var span = overlap == "0" ? TimeSpan.Zero : Lifetime.Parse(overlap, "--overlap").Duration
            ?? throw new InvalidFieldException("--overlap", "is no duration", "0, 30m, 24h or 7d");
        if (await RotateAsync(keys, id, span, parse.GetValue(Account), cancellationToken) is not { } rotated)
        {
            return CommandResult.NotFound(id);
        }

        var secret = rotated.Secret.Reveal();
        return new CommandResult(
            new JsonObject { ["secret"] = secret, ["key"] = KeyJson.Of(rotated.Key) },
            new Rows(new Text($"Secret (shown once): {secret}"), KeyTable.Of([rotated.Key])));
    }

    private static async Task<CreatedKey?> RotateAsync(AgentKeys keys, string id, TimeSpan overlap, string? account, CancellationToken cancellationToken)
    {
        try
        {
            return await keys.RotateAsync(id, overlap, account, cancellationToken);
        }
        catch (InvalidFieldException refused) when (refused.Field == "overlap")
        {
            throw new InvalidFieldException(Overlap.Name, "is out of range", "0 to 90d, e.g. 24h");
        }
    }
}
