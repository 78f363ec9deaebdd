using System.Collections.Immutable;
using AgentKey.Generators.Parsing;
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

        if (!IsGiven(method) && !method.Parameters.Any(parameter => SymbolEqualityComparer.Default.Equals(parameter.Type, types.CancellationToken) || CarriesToken(parameter.Type)))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NoCancellation, method.Locations[0], method.Name));
        }
    }

    /// <summary>Whether somebody else has decided on the signature.</summary>
    private static bool IsGiven(IMethodSymbol method) =>
        method.IsOverride
        || !method.ExplicitInterfaceImplementations.IsEmpty
        || method.ContainingType.AllInterfaces.SelectMany(part => part.GetMembers(method.Name)).Any(member =>
            SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method));

    private static bool CarriesToken(ITypeSymbol? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (TypeNames.Is(type, WellKnownNames.ServerCallContext) || TypeNames.Is(type, WellKnownNames.HttpContext))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAwaited(ITypeSymbol type, KnownTypes types) =>
        types.IsStream(type)
        || type.OriginalDefinition.ToDisplayString().StartsWith("System.Threading.Tasks.Task", StringComparison.Ordinal)
        || type.OriginalDefinition.ToDisplayString().StartsWith("System.Threading.Tasks.ValueTask", StringComparison.Ordinal);
}
