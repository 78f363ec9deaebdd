using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Tests.Compiling;

/// <summary>One run of the generator over a compilation, and what came of it.</summary>
internal sealed class GeneratorRun
{
    private readonly GeneratorDriver _driver;

    private GeneratorRun(GeneratorDriver driver, Compilation input)
    {
        _driver = driver.RunGeneratorsAndUpdateCompilation(input, out var output, out _);
        Output = output;
        Result = _driver.GetRunResult().Results.Single();
    }

    public Compilation Output { get; }

    public GeneratorRunResult Result { get; }

    /// <summary>Name and text of each generated file.</summary>
    public IReadOnlyDictionary<string, string> Files =>
        Result.GeneratedSources.ToDictionary(file => file.HintName, file => file.SourceText.ToString(), StringComparer.Ordinal);

    /// <summary>What the compiler has to say about the user's and the generated code together, from warnings up.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. Output.GetDiagnostics().Where(IsComplaint).Select(diagnostic => diagnostic.ToString())];

    public static GeneratorRun Of(string source, CompilerSettings? settings = null) => Of(settings ?? new CompilerSettings(), [source]);

    public static GeneratorRun Of(CompilerSettings settings, params IEnumerable<string> sources)
    {
        var driver = CSharpGeneratorDriver.Create(
            [new AgentToolGenerator().AsSourceGenerator()],
            parseOptions: TestCompilation.Parsing(settings),
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        return new GeneratorRun(driver, TestCompilation.Of(settings, sources));
    }

    /// <summary>Runs again, with what this run remembers.</summary>
    public GeneratorRun Then(string source, CompilerSettings? settings = null) =>
        new(_driver, TestCompilation.Of(settings ?? new CompilerSettings(), source));

    /// <summary>Runs again over all of these files.</summary>
    public GeneratorRun Then(IEnumerable<string> sources) => new(_driver, TestCompilation.Of(new CompilerSettings(), sources));

    // The inputs are samples: only what is generated has to be documented.
    private static bool IsComplaint(Diagnostic diagnostic) =>
        diagnostic.Severity >= DiagnosticSeverity.Warning && !(diagnostic.Id == "CS1591" && TestCompilation.IsInput(diagnostic.Location));

    /// <summary>The generated type, when it was generated.</summary>
    public INamedTypeSymbol? Type(string metadataName) => Output.GetTypeByMetadataName(metadataName);
}
