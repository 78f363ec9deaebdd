using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds paid work that goes on after its caller has left.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CancellationAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.NoCancellation);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) =>
        RegisterMethods(context, symbol => Check(symbol, types));

    private static void Check(SymbolAnalysisContext context, KnownTypes types)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (types.Scope(method) is null || types.Cost(method) is not { } cost || new WrittenPrice(cost).IsNothing || !IsAwaited(method.ReturnType, types))
        {
            return;
        }

        if (!method.Parameters.Any(parameter => SymbolEqualityComparer.Default.Equals(parameter.Type, types.CancellationToken)))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NoCancellation, method.Locations[0], method.Name));
        }
    }

    private static bool IsAwaited(ITypeSymbol type, KnownTypes types) =>
        types.IsStream(type)
        || type.OriginalDefinition.ToDisplayString().StartsWith("System.Threading.Tasks.Task", StringComparison.Ordinal)
        || type.OriginalDefinition.ToDisplayString().StartsWith("System.Threading.Tasks.ValueTask", StringComparison.Ordinal);
}
