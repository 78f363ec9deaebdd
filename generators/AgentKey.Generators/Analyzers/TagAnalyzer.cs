using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds tags that say what is not so: a guard that nobody generated, and a public tool with a price.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TagAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Rules.HandWrittenGuard, Rules.FreeAndGuarded);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterSymbolAction(symbol => Check(symbol, types), SymbolKind.Method);

    private static void Check(SymbolAnalysisContext context, KnownTypes types)
    {
        var method = context.Symbol;

        // Generated code is not looked at, so what is found here was written by a person.
        if (types.Guarded(method) is { } guarded)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.HandWrittenGuard, guarded.Location(context.CancellationToken), method.Name));
        }

        if (types.Public(method) is { } free && (types.Scope(method) ?? types.Cost(method)) is { } other)
        {
            var what = SymbolEqualityComparer.Default.Equals(other.AttributeClass, types.CostAttribute) ? "price" : "scope";
            context.ReportDiagnostic(Diagnostic.Create(Rules.FreeAndGuarded, free.Location(context.CancellationToken), method.Name, what));
        }
    }
}
