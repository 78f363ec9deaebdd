using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace AgentKey.CodeFixes;

/// <summary>Makes a guarded twin out of a raw instance, with a guard that is within reach.</summary>
internal static class TwinExpression
{
    private const string ToolGuard = "AgentKey.Agents.ToolGuard";

    public static NameSyntax Name(INamedTypeSymbol twin) =>
        SyntaxFactory.ParseName(twin.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)).WithAdditionalAnnotations(Simplifier.Annotation);

    /// <summary>The raw instance and the twin to write instead; null when no guard or no instance is within reach.</summary>
    public static (SyntaxNode Raw, SyntaxNode Twin)? Find(SyntaxNode node, InvocationExpressionSyntax call, INamedTypeSymbol twin, SemanticModel model)
    {
        var needsInner = twin.InstanceConstructors.Any(constructor => constructor.Parameters.Length > 1);
        var raw = node is MemberAccessExpressionSyntax access && Symbol(access, model) is IMethodSymbol ? access.Expression : node as ExpressionSyntax;
        if (raw is null or LambdaExpressionSyntax or InvocationExpressionSyntax || Guard(call, model) is not { } guard)
        {
            return null;
        }

        // A static tool is named by its class, which is no instance to guard.
        if (Symbol(raw, model) is ITypeSymbol && needsInner)
        {
            return null;
        }

        var arguments = SyntaxFactory.ParseArgumentList(needsInner ? $"({raw}, {guard})" : $"({guard})");
        return (raw, SyntaxFactory.ObjectCreationExpression(
            SyntaxFactory.Token(SyntaxKind.NewKeyword).WithTrailingTrivia(SyntaxFactory.Space), Name(twin), arguments, initializer: null));
    }

    private static ISymbol? Symbol(ExpressionSyntax expression, SemanticModel model)
    {
        // A group of methods is no symbol until it is clear which of them is meant.
        var info = model.GetSymbolInfo(expression);
        return info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
    }

    /// <summary>A guard that code at this place can name, or get from a service provider that it can name.</summary>
    private static string? Guard(SyntaxNode place, SemanticModel model)
    {
        var reachable = model.LookupSymbols(place.SpanStart)
            .Where(symbol => symbol is IParameterSymbol or IFieldSymbol or IPropertySymbol || (symbol is ILocalSymbol && IsSetBefore(symbol, place)))
            .Select(symbol => (symbol.Name, Type: TypeOf(symbol)))
            .ToArray();
        var guard = reachable.FirstOrDefault(symbol => symbol.Type?.ToDisplayString() == ToolGuard).Name;
        var provider = reachable.FirstOrDefault(symbol => symbol.Type is { Name: "IServiceProvider" or "ServiceProvider" }).Name;
        return guard ?? (provider is null ? null : $"{provider}.GetRequiredService<{ToolGuard}>()");
    }

    // A local is in scope before it is declared, and in its own declaration.
    private static bool IsSetBefore(ISymbol local, SyntaxNode place) =>
        local.DeclaringSyntaxReferences.Any(reference => reference.Span.End <= place.SpanStart);

    private static ITypeSymbol? TypeOf(ISymbol symbol) => symbol switch
    {
        ILocalSymbol local => local.Type,
        IParameterSymbol parameter => parameter.Type,
        IFieldSymbol field => field.Type,
        _ => (symbol as IPropertySymbol)?.Type,
    };
}
