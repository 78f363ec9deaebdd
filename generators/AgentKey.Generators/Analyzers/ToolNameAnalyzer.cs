using System.Collections.Immutable;
using AgentKey.Generators.Emission;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds tools of one class that a framework cannot tell apart: it keeps one of them and drops the other in silence.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ToolNameAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.DuplicateName);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterSymbolAction(symbol => Check(symbol, types), SymbolKind.NamedType);

    private static void Check(SymbolAnalysisContext context, KnownTypes types)
    {
        var type = (INamedTypeSymbol)context.Symbol;

        // An inherited tool keeps its name, and so does the first one.
        var tools = InheritedTools.Of(type).Concat(type.GetMembers().OfType<IMethodSymbol>())
            .Where(method => types.FindTag(method) is not null)
            .Distinct<IMethodSymbol>(SymbolEqualityComparer.Default)
            .OrderBy(method => IsOwn(method, type))
            .ToArray();
        var reported = new HashSet<ISymbol>(SymbolEqualityComparer.Default);
        foreach (var naming in ToolNaming.All)
        {
            var named = tools.Select(tool => (Tool: tool, Name: naming.Name(tool))).Where(tool => tool.Name is not null).ToArray();
            var names = new UniqueNames(named.Select(tool => tool.Name!));
            foreach (var (tool, name) in named.GroupBy(tool => tool.Name, StringComparer.Ordinal).SelectMany(group => group.Skip(1)))
            {
                if (IsOwn(tool, type) && reported.Add(tool))
                {
                    var data = FixData.Of(FixData.Replacement, names.Take($"{name}_", first: 2)).Add(FixData.Offer, naming.Offer);
                    context.ReportDiagnostic(Diagnostic.Create(Rules.DuplicateName, tool.Locations[0], data, tool.Name, type.Name, name));
                }
            }
        }
    }

    private static bool IsOwn(IMethodSymbol method, INamedTypeSymbol type) => SymbolEqualityComparer.Default.Equals(method.ContainingType, type);
}
