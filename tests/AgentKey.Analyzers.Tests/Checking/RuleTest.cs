using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace AgentKey.Analyzers.Tests.Checking;

/// <summary>Runs one analyzer, and one fix, over a user's project: with the real attributes, frameworks and generator.</summary>
internal sealed class RuleTest<TAnalyzer, TFix> : CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
    where TFix : CodeFixProvider, new()
{
    public RuleTest()
    {
        ReferenceAssemblies = References.None;
        TestState.Sources.Add(("Usings.cs", References.Usings));
        FixedState.Sources.Add(("Usings.cs", References.Usings));
        TestState.AdditionalReferences.AddRange(References.All);
    }

    /// <summary>The generator runs as it does in an editor, so that twins are there for analyzers and for fixes.</summary>
    protected override Project ApplyCompilationOptions(Project project) =>
        base.ApplyCompilationOptions(project).AddAnalyzerReference(GeneratorReference.Create());

    protected override ParseOptions CreateParseOptions() => new CSharpParseOptions(LanguageVersion.CSharp14, DocumentationMode.Diagnose);

    protected override CompilationOptions CreateCompilationOptions() => new CSharpCompilationOptions(
        OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable);
}
