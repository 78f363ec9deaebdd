using System.Collections.Immutable;
using AgentKey.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Analyzers.Tests.Checking;

/// <summary>A project's reference to the generator.</summary>
internal sealed class GeneratorReference : AnalyzerReference
{
    // An editor's project asks twice, and knows a generator by its identity.
    private readonly ImmutableArray<ISourceGenerator> _generators = [new AgentToolGenerator().AsSourceGenerator()];

    public override string? FullPath => null;

    public override object Id => nameof(AgentToolGenerator);

    public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzers(string language) => [];

    public override ImmutableArray<DiagnosticAnalyzer> GetAnalyzersForAllLanguages() => [];

    public override ImmutableArray<ISourceGenerator> GetGenerators(string language) => _generators;
}
