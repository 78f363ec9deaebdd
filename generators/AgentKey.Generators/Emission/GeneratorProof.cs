using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Emission;

/// <summary>
/// The half of a class whose other half the package's targets compile into every project (AK0020). Where this generator
/// did not run, failed or is of another version, the two do not fit, and nothing is built.
/// </summary>
internal static class GeneratorProof
{
    private const string Property = "build_property.AgentKeyGeneratorProof";

    private static readonly string Version = typeof(GeneratorProof).Assembly.GetName().Version.ToString(3);

    /// <summary>Whether the other half is there.</summary>
    public static bool IsAskedFor(AnalyzerConfigOptionsProvider options) => options.GlobalOptions.TryGetValue(Property, out var value) && value == "true";

    public static void Emit(SourceProductionContext output, bool isAskedFor)
    {
        if (isAskedFor)
        {
            output.AddSource("AgentKey.GeneratorProof.g.cs", Write());
        }
    }

    private static string Write()
    {
        var writer = new SourceWriter();
        writer.Header([]);
        writer.Open("namespace AgentKey.Agents.Generated");
        writer.Open("internal static partial class GeneratorProof");
        writer.Line($"private const string AK0020_The_AgentKey_generator_{Version.Replace('.', '_')}_did_not_run = \"{Version}\";");
        writer.Close();
        writer.Close();
        return writer.ToString();
    }
}
