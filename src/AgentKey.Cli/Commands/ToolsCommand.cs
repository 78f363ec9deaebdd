using System.CommandLine;
using System.Text.Json.Nodes;
using AgentKey.Cli.Manifest;
using AgentKey.Cli.Output;
using AgentKey.Generators.Manifest;
using Spectre.Console;

namespace AgentKey.Cli.Commands;

/// <summary>The tools of built assemblies: list, export, diff. Needs no store.</summary>
internal static class ToolsCommand
{
    private static readonly Argument<string> Source = new("source") { Description = $"A built assembly, or {ManifestText.FileName}." };
    private static readonly Argument<string> Assembly = new("assembly") { Description = "A built assembly with tagged tools." };
    private static readonly Argument<string> Accepted = new("accepted") { Description = "What was accepted: a manifest, or an older assembly." };
    private static readonly Argument<string> Current = new("current") { Description = "What is there now." };
    private static readonly Option<string> Output = new("--output") { Description = "The file to write.", DefaultValueFactory = _ => ManifestText.FileName };

    public static Command Create() => new("tools", "The tools of an assembly, with their scopes and prices.")
    {
        new Command("list", "List them.") { Source }.Runs(List),
        new Command("export", "Write them to a manifest to check in: what it says is accepted.") { Assembly, Output }.Runs(Export),
        new Command("diff", "Say which tools came, went or changed their scope, price or schema. Exits with 1 when any did.") { Accepted, Current }.Runs(Compare),
    };

    private static CommandResult List(ParseResult parse)
    {
        var tools = ManifestSource.Read(parse.GetValue(Source)!, "source");
        return new CommandResult(
            new JsonObject { ["tools"] = new JsonArray([.. tools.Select(Json)]) },
            KeyTable.Of(["tool", "scope", "price", "method"], tools.Select(tool => new[] { tool.Tool, tool.Scope ?? "(public)", tool.Price, tool.Method })));
    }

    private static CommandResult Export(ParseResult parse)
    {
        var tools = ManifestSource.Read(parse.GetValue(Assembly)!, "assembly");
        var output = parse.GetValue(Output)!;
        File.WriteAllText(output, ManifestText.Write(tools));
        return new CommandResult(
            new JsonObject { ["file"] = output, ["tools"] = tools.Count },
            new Text(FormattableString.Invariant($"{tools.Count} tools are in {output}.")));
    }

    private static CommandResult Compare(ParseResult parse)
    {
        var changes = ManifestDiff.Between(
            ManifestSource.Read(parse.GetValue(Accepted)!, "accepted"), ManifestSource.Read(parse.GetValue(Current)!, "current"));
        var lines = changes.Select(change => $"{change.Method} {change.Text}.");
        return new CommandResult(
            new JsonObject { ["changes"] = new JsonArray([.. changes.Select(Json)]) },
            new Text(changes.Count == 0 ? "No tool changed." : string.Join(Environment.NewLine, lines)),
            changes.Count == 0 ? ExitCode.Done : ExitCode.Failure);
    }

    private static JsonObject Json(ToolEntry tool) => new()
    {
        ["method"] = tool.Method,
        ["tool"] = tool.Tool,
        ["scope"] = tool.Scope,
        ["price"] = tool.Price,
        ["onFailure"] = tool.OnFailure,
        ["onCancellation"] = tool.OnCancellation,
        ["schema"] = tool.Schema,
    };

    private static JsonObject Json(ToolChange change) => new()
    {
        ["method"] = change.Method,
        ["kind"] = change.Kind.ToString().ToLowerInvariant(),
        ["text"] = change.Text,
    };
}
