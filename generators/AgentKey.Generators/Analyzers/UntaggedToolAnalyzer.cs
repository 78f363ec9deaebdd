using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds methods that a framework offers to agents, and that need no key.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UntaggedToolAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.UntaggedTool);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (!types.Offers.IsEmpty)
        {
            RegisterMethods(context, symbol => Check(symbol, types));
        }
    }

    private static void Check(SymbolAnalysisContext context, KnownTypes types)
    {
        var method = (IMethodSymbol)context.Symbol;

        // A price without a scope is AK0002's, whose fix adds no second price.
        if (types.FindOffer(method) is not { } offer || types.FindTag(method) is not null || types.Cost(method) is not null)
        {
            return;
        }

        var data = FixData.Of(FixData.Scope, ScopeText.Suggest(method.ContainingType.Name, method.Name));
        var framework = offer.AttributeClass!.Name.Substring(0, offer.AttributeClass.Name.Length - nameof(Attribute).Length);
        context.ReportDiagnostic(Diagnostic.Create(
            Rules.UntaggedTool, offer.Location(context.CancellationToken), data, method.Name, framework));
    }
}
