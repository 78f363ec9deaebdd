using System.Collections.Immutable;
using AgentKey.Analyzers.Tests.Checking;
using AgentKey.Generators;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Analyzers.Tests;

/// <summary>What the generator makes no twin of, an analyzer reports as an error: no tool is lost in silence.</summary>
public sealed class NoSilentGapTests
{
    public static TheoryData<string> Lost =>
    [
        """[AgentScope("Proxy.Chat")] public int Odd() => 1;""",
        """[AgentScope(null!)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(-1)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(0.0000001)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(1, UpTo = 2)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(1, Per = "x")] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(1, Per = "x", PerUnits = 0)] public int Odd(int x) => 1;""",
        """[AgentScope("demo.odd"), Cost(typeof(string))] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(null!)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), AgentPublic] public int Odd() => 1;""",
        """[AgentPublic, Cost(1)] public int Odd() => 1;""",
        """[AgentScope("demo.odd")] private int Odd() => 1;""",
        """[AgentScope("demo.odd")] private protected int Odd() => 1;""",
        """[AgentScope("demo.odd")] public int Odd(ref int x) => x;""",
        """[AgentScope("demo.odd")] public Span<char> Odd() => default;""",
        """[AgentScope("demo.odd")] public T Odd<T>(T x) => x;""",
        """[AgentScope("demo.odd")] public async void Odd() => await Task.Yield();""",
        """[AgentScope("demo.odd")] public Task<IAsyncEnumerable<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public ValueTask<IAsyncEnumerable<int>> Odd() => default;""",
        """[AgentScope("demo.odd")] public IQueryable<int> Odd() => null!;""",
        """[AgentScope("demo.odd")] public Task<Task<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public ValueTask<IReadOnlyList<ValueTask>> Odd() => default;""",
        """[AgentScope("demo.odd")] public IAsyncEnumerable<Task<int>> Odd() => null!;""",
        """[AgentScope("demo.odd")] public System.Runtime.CompilerServices.ConfiguredTaskAwaitable Odd() => default;""",
        """[AgentScope("demo.odd")] public ValueTask<IEnumerator<int>> Odd() => default;""",
        """[AgentScope("demo.odd")] public int Odd(__arglist) => 1;""",
        """[AgentScope("demo.odd"), System.Diagnostics.Conditional("NEVER")] public void Odd() { }""",
        """[AgentScope("demo.odd")] public override string ToString() => "";""",
        """[AgentScope("demo.odd")] public int GuardedTools() => 1;""",
        """[AgentScope("demo.odd"), Cost(3 * 0.1)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), Cost(UpTo = 0.1 + 0.7)] public int Odd() => 1;""",
        """[AgentScope("demo.odd"), DefaultValue(typeof(Secret))] public int Odd() => 1; private class Secret;""",
        """[AgentScope("demo.odd")] public int Odd(int x) => x; [System.Runtime.CompilerServices.OverloadResolutionPriority(1)] public int Odd(long x) => 1;""",
    ];

    public static TheoryData<string> Kept =>
    [
        """[AgentScope("demo.even"), Cost(1)] public int Even() => 1;""",
        """[AgentScope("demo.even"), Cost(UpTo = 2.5)] public IAsyncEnumerable<int> Even() => null!;""",
        """[AgentScope("demo.even"), Cost(1, Per = "x", PerUnits = 1000)] internal Task Even(ulong x) => Task.CompletedTask;""",
        """[AgentPublic] protected internal static ValueTask<string> Even() => default;""",
    ];

    [Theory]
    [MemberData(nameof(Lost))]
    public async Task What_gets_no_twin_is_an_error(string method)
    {
        var (twin, errors) = await RunAsync(method);

        Assert.Null(twin);
        Assert.NotEmpty(errors);
    }

    [Theory]
    [MemberData(nameof(Kept))]
    public async Task What_gets_a_twin_is_none(string method)
    {
        var (twin, errors) = await RunAsync(method);

        Assert.NotNull(twin);
        Assert.Empty(errors);
    }

    private static async Task<(INamedTypeSymbol? Twin, IReadOnlyList<Diagnostic> Errors)> RunAsync(string method)
    {
        var parsing = new CSharpParseOptions(LanguageVersion.CSharp14);
        var input = CSharpCompilation.Create(
            "Tools",
            [CSharpSyntaxTree.ParseText(References.Usings, parsing), CSharpSyntaxTree.ParseText($$"""public class Tools { {{method}} }""", parsing)],
            References.All,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        CSharpGeneratorDriver.Create([new AgentToolGenerator().AsSourceGenerator()], parseOptions: parsing)
            .RunGeneratorsAndUpdateCompilation(input, out var output, out _);
        var analyzers = typeof(AgentKeyAnalyzer).Assembly.GetTypes()
            .Where(type => typeof(DiagnosticAnalyzer).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)
            .ToImmutableArray();
        var diagnostics = await output.WithAnalyzers(analyzers).GetAnalyzerDiagnosticsAsync();
        return (output.GetTypeByMetadataName("GuardedTools"), [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)]);
    }
}
