using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace AgentKey.Generators.Analyzers;

/// <summary>Shows where trusted code calls a tool past its guard. Hidden unless a project turns it up.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DirectCallAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.DirectCall);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types) =>
        context.RegisterOperationAction(operation => Check(operation, types), OperationKind.Invocation);

    private static void Check(OperationAnalysisContext context, KnownTypes types)
    {
        var call = (IInvocationOperation)context.Operation;
        if (types.FindScope(call.TargetMethod) is not null && types.IsRawTool(call.TargetMethod) && !IsInside(context.ContainingSymbol.ContainingType, call.TargetMethod.ContainingType))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.DirectCall, call.Syntax.GetLocation(), call.TargetMethod.Name));
        }
    }

    private static bool IsInside(INamedTypeSymbol? caller, INamedTypeSymbol home)
    {
        for (var outer = caller; outer is not null; outer = outer.ContainingType)
        {
            for (var type = outer; type is not null; type = type.BaseType)
            {
                if (SymbolEqualityComparer.Default.Equals(type, home))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
