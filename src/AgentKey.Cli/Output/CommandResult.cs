using System.Text.Json.Nodes;
using Spectre.Console.Rendering;

namespace AgentKey.Cli.Output;

/// <summary>What a command found out: as JSON, as something a person reads, and as an exit code.</summary>
internal sealed record CommandResult(JsonObject Json, IRenderable Plain, int ExitCode = ExitCode.Done)
{
    /// <summary>Undoes what was done for nothing when nobody can read the result, and says so.</summary>
    public Func<Task<string>>? TakeBack { get; init; }

    public static CommandResult NotFound(string keyId) => Missing($"key {PastedSecret.Hide(keyId)}");

    public static CommandResult Missing(string what)
    {
        var sentence = $"There is no {what}.";
        return new CommandResult(
            new JsonObject { ["error"] = new JsonObject { ["code"] = "not_found", ["message"] = sentence } }, new Spectre.Console.Text(sentence), Cli.ExitCode.NotFound);
    }
}
