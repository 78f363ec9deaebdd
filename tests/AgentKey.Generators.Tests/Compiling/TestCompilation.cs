using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Tests.Compiling;

/// <summary>Compiles sources the way a user's project would: no implicit usings, documentation checked.</summary>
internal static class TestCompilation
{
    private const string InputName = "Input";

    // Every project of the SDK lets the run time unify the versions of its references.
    private static readonly Dictionary<string, ReportDiagnostic> OfTheSdk =
        new() { ["CS1701"] = ReportDiagnostic.Suppress, ["CS1702"] = ReportDiagnostic.Suppress };

    private static readonly IReadOnlyList<string> Platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Distinct(StringComparer.Ordinal)
        .Where(path => !IsPartOfTheTests(Path.GetFileNameWithoutExtension(path)))
        .ToArray();

    private static readonly Dictionary<string, MetadataReference> References = Platform.ToDictionary(
        path => path, path => (MetadataReference)MetadataReference.CreateFromFile(path), StringComparer.Ordinal);

    public static CSharpParseOptions Parsing(CompilerSettings settings) =>
        new(settings.Language, DocumentationMode.Diagnose);

    public static bool IsInput(Location location) =>
        location.SourceTree is { } tree && tree.FilePath.StartsWith(InputName, StringComparison.Ordinal);

    public static CSharpCompilation Of(CompilerSettings settings, params IEnumerable<string> sources) => CSharpCompilation.Create(
        "Tools",
        sources.Select((source, i) => CSharpSyntaxTree.ParseText(source, Parsing(settings), $"{InputName}{i}.cs")),
        References.Where(reference => !settings.Missing.Any(start => Path.GetFileName(reference.Key).StartsWith(start, StringComparison.Ordinal)))
            .Select(reference => reference.Value)
            .Concat(settings.Projects),
        new CSharpCompilationOptions(settings.Output, nullableContextOptions: settings.Nullable, warningLevel: 9999)
            .WithSpecificDiagnosticOptions(OfTheSdk));

    private static bool IsPartOfTheTests(string name) =>
        name.StartsWith("AgentKey.Generators", StringComparison.Ordinal)
        || name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
        || name.StartsWith("xunit", StringComparison.Ordinal);
}
