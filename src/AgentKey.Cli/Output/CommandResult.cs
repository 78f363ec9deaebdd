using System.Text.Json.Nodes;
using Spectre.Console.Rendering;

namespace AgentKey.Cli.Output;

/// <summary>What a command found out: as JSON, as something a person reads, and as an exit code.</summary>
internal sealed record CommandResult(JsonObject Json, IRenderable Plain, int ExitCode = ExitCode.Done)
{
    public static CommandResult NotFound(string keyId) => new(
        new JsonObject { ["error"] = new JsonObject { ["code"] = "not_found", ["message"] = $"There is no key {keyId}." } },
        new Spectre.Console.Text($"There is no key {keyId}."),
        Cli.ExitCode.NotFound);
}
