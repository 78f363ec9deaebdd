using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds MCP tools that would be charged for an answer that cannot be sent.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StreamAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.StreamOverMcp);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (types.McpServerTool is not null)
        {
            RegisterMethods(context, symbol => Check(symbol, types));
        }
    }

    private static void Check(SymbolAnalysisContext context, KnownTypes types)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (types.Tag(method) is not null && KnownTypes.Attribute(method, types.McpServerTool) is not null && types.IsStream(method.ReturnType))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.StreamOverMcp, method.Locations[0], method.Name));
        }
    }
}
