using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Tells when a tool's scope, price or schema is not what the project's checked-in manifest says.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ManifestAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.ToolChanged);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (AcceptedTools.Read(context.Options, context.Compilation, context.CancellationToken) is { } accepted)
        {
            context.RegisterSymbolAction(accepted.ReportIn, SymbolKind.NamedType);
            context.RegisterAdditionalFileAction(accepted.ReportIn);
        }
    }
}
