using AgentKey.Generators.Manifest;
using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Emission;

/// <summary>Writes the manifest of the assembly's tools into the assembly, where the compiler's rules and the command line read it.</summary>
internal static class ManifestEmitter
{
    private const string Outcome = "global::AgentKey.Agents.FailureOutcome";

    public static string Emit(IEnumerable<ToolClassModel> classes)
    {
        var writer = new SourceWriter();
        writer.Header([]);
        foreach (var entry in ManifestEntries.Of(classes))
        {
            writer.Line($"[assembly: global::{WellKnownNames.AgentToolEntryAttribute}({Text(entry.Method)},");
            writer.Line($"    {string.Join(", ", Facts(entry))},");
            writer.Line($"    Schema = {Text(entry.Schema)})]");
        }

        return writer.ToString();
    }

    private static IEnumerable<string> Facts(ToolEntry entry)
    {
        yield return $"Tool = {Text(entry.Tool)}";
        if (entry.Scope is not null)
        {
            yield return $"Scope = {Text(entry.Scope)}";
        }

        yield return $"Price = {Text(entry.Price)}";
        if (entry.OnFailure == ToolEntry.Keep)
        {
            yield return $"OnFailure = {Outcome}.Keep";
        }

        if (entry.OnCancellation == ToolEntry.Refund)
        {
            yield return $"OnCancellation = {Outcome}.Refund";
        }
    }

    private static string Text(string value) => SymbolDisplay.FormatLiteral(value, quote: true);
}
