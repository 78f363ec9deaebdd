using System.Collections.Immutable;
using AgentKey.Generators.Parsing;
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
        RegisterMethods(context, symbol => Check(symbol, types));

    private static void Check(SymbolAnalysisContext context, KnownTypes types)
    {
        var method = (IMethodSymbol)context.Symbol;

        // Generated code is not looked at, so what is found here was written by a person.
        if (types.Guarded(method) is { } guarded)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.HandWrittenGuard, guarded.Location(context.CancellationToken), method.Name));
        }

        var all = ToolAttributes.Of(method);
        if (all.Find(WellKnownNames.AgentPublicAttribute) is not { } free
            || (all.Find(WellKnownNames.AgentScopeAttribute) ?? all.Find(WellKnownNames.CostAttribute)) is not { } other)
        {
            return;
        }

        // Where an override inherits all of it, the method that it overrides is reported.
        var isOwn = types.Public(method) is not null;
        if (isOwn || types.Scope(method) is not null || types.Cost(method) is not null)
        {
            var what = SymbolEqualityComparer.Default.Equals(other.AttributeClass, types.CostAttribute) ? "price" : "scope";
            var place = isOwn ? free.Location(context.CancellationToken) : method.Locations[0];
            context.ReportDiagnostic(Diagnostic.Create(Rules.FreeAndGuarded, place, method.Name, what));
        }
    }
}
