using System.Collections.Immutable;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds classes of tools that MVC takes for controllers because of their names, so that it calls the tools past their guard.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ControllerNameAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.ControllerByName);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var hasMvc = context.Compilation.GetTypeByMetadataName(WellKnownNames.ControllerAttribute) is not null;
        if (hasMvc && !RuleNames.ChargesEndpoints(context.Compilation))
        {
            context.RegisterSymbolAction(symbol => Check(symbol, types), SymbolKind.NamedType);
        }
    }

    private static void Check(SymbolAnalysisContext context, KnownTypes types)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (ControllerNames.MakesController(type) && ToolsOf(type).Any(tool => types.FindScope(tool) is not null && IsAction(tool)))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.ControllerByName, type.Locations[0], type.Name));
        }
    }

    private static IEnumerable<IMethodSymbol> ToolsOf(INamedTypeSymbol type) => type.GetMembers().OfType<IMethodSymbol>().Concat(InheritedTools.Of(type));

    private static bool IsAction(IMethodSymbol method) =>
        method is { DeclaredAccessibility: Accessibility.Public, IsStatic: false }
        && !method.GetAttributes().Any(attribute => TypeNames.Is(attribute.AttributeClass, WellKnownNames.NonActionAttribute));
}
