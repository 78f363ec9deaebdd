using System.Collections.Immutable;
using System.Globalization;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Checks that what a tool costs can be charged, and will be.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PriceAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Rules.PriceWithoutScope, Rules.ImpossiblePrice, Rules.UnknownUnit, Rules.FreeTool, Rules.UnusableRule);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) =>
        RegisterMethods(context, symbol => Check(symbol, types));

    private static void Check(SymbolAnalysisContext context, KnownTypes types)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (types.Cost(method) is not { } cost)
        {
            CheckInherited(context, method, types);
            return;
        }

        if (types.FindScope(method) is null)
        {
            var data = FixData.Of(FixData.Scope, ScopeText.Suggest(method.ContainingType.Name, method.Name));
            context.ReportDiagnostic(Diagnostic.Create(Rules.PriceWithoutScope, cost.Location(context.CancellationToken), data, method.Name));
        }

        CheckAmount(context, method, cost);
        CheckSource(context, method, cost, types, isOwn: true);
    }

    /// <summary>A price that is written above was checked there, but not against what an override calls its parameters.</summary>
    private static void CheckInherited(SymbolAnalysisContext context, IMethodSymbol method, KnownTypes types)
    {
        if (ToolAttributes.Of(method).Find(WellKnownNames.CostAttribute) is { } cost)
        {
            CheckSource(context, method, cost, types, isOwn: false);
        }
        else if (types.Scope(method) is { } scope)
        {
            Report(context, Rules.FreeTool, scope.Location(context.CancellationToken), method.Name);
        }
    }

    private static void CheckAmount(SymbolAnalysisContext context, IMethodSymbol method, AttributeData cost)
    {
        var price = new WrittenPrice(cost);
        if (price.FindProblem(context.CancellationToken) is { } found)
        {
            var data = FixData.Of(FixData.Replacement, WrittenPrice.Correct(found.Amount)?.ToString("0.######", CultureInfo.InvariantCulture));
            context.ReportDiagnostic(Diagnostic.Create(Rules.ImpossiblePrice, found.Place, data, method.Name, found.Problem));
        }
        else if (price.IsNothing)
        {
            Report(context, Rules.FreeTool, cost.ArgumentLocation(0, context.CancellationToken), method.Name);
        }
    }

    /// <summary>Checks what the amount is made of: an argument, or what a rule gets.</summary>
    private static void CheckSource(SymbolAnalysisContext context, IMethodSymbol method, AttributeData cost, KnownTypes types, bool isOwn)
    {
        var price = new WrittenPrice(cost);
        if (price.Per is { } unit && PriceUnit.FindProblem(method, unit) is { } problem)
        {
            var place = isOwn ? price.PerLocation(context.CancellationToken) : method.Locations[0];
            var data = FixData.Of(FixData.Replacement, isOwn ? PriceUnit.Nearest(method, unit) : null);
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnknownUnit, place, data, method.Name, unit, problem));
        }

        // What returns no value that could be settled has a rule of its own.
        if (price.Rule is { } rule && ReturnShape.Of(method) is { } shape && PriceRuleParser.Parse(rule, method, shape, types.Compilation) is null)
        {
            var place = isOwn ? cost.ArgumentLocation(0, context.CancellationToken) : method.Locations[0];
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnusableRule, place, rule.Name, method.Name));
        }
    }

    private static void Report(SymbolAnalysisContext context, DiagnosticDescriptor rule, Location place, string name) =>
        context.ReportDiagnostic(Diagnostic.Create(rule, place, name));
}
