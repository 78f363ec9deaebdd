using AgentKey.Generators.Emission;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>
/// A tag that names its scope by a generated constant: the generator, which makes the constant of tags, cannot read it
/// and writes no twin.
/// </summary>
internal static class GeneratedScope
{
    public static void Report(SyntaxNodeAnalysisContext context)
    {
        var attribute = (AttributeSyntax)context.Node;
        if (attribute.ArgumentList?.Arguments.FirstOrDefault()?.Expression is MemberAccessExpressionSyntax or IdentifierNameSyntax
            && TypeNames.Is(context.SemanticModel.GetTypeInfo(attribute, context.CancellationToken).Type, WellKnownNames.AgentScopeAttribute)
            && Constant(attribute, context) is { } scope)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.MalformedScope,
                attribute.ArgumentList.Arguments[0].Expression.GetLocation(),
                FixData.Of(FixData.Replacement, scope),
                scope,
                $"comes from {ScopesEmitter.Name}, which is made of the tags themselves"));
        }
    }

    private static string? Constant(AttributeSyntax attribute, SyntaxNodeAnalysisContext context) =>
        context.SemanticModel.GetSymbolInfo(attribute.ArgumentList!.Arguments[0].Expression, context.CancellationToken).Symbol
            is IFieldSymbol { ContainingType: { Name: ScopesEmitter.Name } type, ConstantValue: string scope }
        && type.ContainingNamespace.ToDisplayString() == RegistrationFile.Agents
        && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, context.Compilation.Assembly)
            ? scope
            : null;
}
