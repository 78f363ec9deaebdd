using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>What all analyzers share: symbols are resolved once, and a project without AgentKey costs nothing.</summary>
public abstract class AgentKeyAnalyzer : DiagnosticAnalyzer
{
    private protected virtual GeneratedCodeAnalysisFlags GeneratedCode => GeneratedCodeAnalysisFlags.None;

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCode);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (KnownTypes.Find(start.Compilation) is { } types)
            {
                Register(start, types);
            }
        });
    }

    /// <summary>Has each method checked once: both parts of a partial one have all of its attributes.</summary>
    private protected static void RegisterMethods(CompilationStartAnalysisContext context, Action<SymbolAnalysisContext> check) => context.RegisterSymbolAction(
        symbol =>
        {
            if (!IsCheckedByDefinition((IMethodSymbol)symbol.Symbol, symbol.CancellationToken))
            {
                check(symbol);
            }
        },
        SymbolKind.Method);

    // What a generator wrote is not looked at, and it may have written either part.
    private static bool IsCheckedByDefinition(IMethodSymbol method, CancellationToken cancellationToken) =>
        method.PartialDefinitionPart is { } definition
        && !definition.DeclaringSyntaxReferences.Any(reference => GeneratedFile.IsOne(reference.SyntaxTree, cancellationToken));

    private protected abstract void Register(CompilationStartAnalysisContext context, KnownTypes types);
}
