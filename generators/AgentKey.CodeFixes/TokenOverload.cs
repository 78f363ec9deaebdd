using AgentKey.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AgentKey.CodeFixes;

/// <summary>The overload that takes what a call passes, and a token as its last. CA2016 looks for the same.</summary>
internal static class TokenOverload
{
    /// <summary>Null where there is none, or where the call with a token would be another method's.</summary>
    public static IMethodSymbol? Find(IInvocationOperation call)
    {
        var method = call.TargetMethod;

        // In the overload, what a call leaves out or lists one by one may have to be passed in another way.
        return call.Arguments.All(argument => argument.ArgumentKind == ArgumentKind.Explicit)
            ? method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>()
                .Where(other => other.Arity == method.Arity)
                .Select(other => other.Arity == 0 ? other : other.Construct(method.TypeArguments, method.TypeArgumentNullableAnnotations))
                .FirstOrDefault(other => IsSameWithToken(other, method) && Fits(other, call) && IsWithinReach(other, call))
            : null;
    }

    private static bool IsSameWithToken(IMethodSymbol other, IMethodSymbol method) =>
        other.IsStatic == method.IsStatic
        && other.Parameters.Length == method.Parameters.Length + 1
        && other.Parameters.Last().Type.ToDisplayString() == WellKnownNames.CancellationToken
        && method.Parameters.Zip(other.Parameters, IsSame).All(same => same);

    // A call may name its arguments.
    private static bool IsSame(IParameterSymbol one, IParameterSymbol other) =>
        one.RefKind == other.RefKind && one.Name == other.Name && SymbolEqualityComparer.Default.Equals(one.Type, other.Type);

    // Whoever awaits gets the same of a Task and of a ValueTask.
    private static bool Fits(IMethodSymbol other, IInvocationOperation call) =>
        SymbolEqualityComparer.Default.Equals(other.ReturnType, call.TargetMethod.ReturnType)
        || (IsAwaited(call.Syntax)
            && other.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask" } late
            && call.TargetMethod.ReturnType is INamedTypeSymbol { Name: "Task" or "ValueTask" } now
            && Enumerable.SequenceEqual<ITypeSymbol>(late.TypeArguments, now.TypeArguments, SymbolEqualityComparer.Default));

    private static bool IsAwaited(SyntaxNode call) => call.Parent switch
    {
        AwaitExpressionSyntax => true,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Parent: InvocationExpressionSyntax configured } => IsAwaited(configured),
        _ => false,
    };

    private static bool IsWithinReach(IMethodSymbol other, IInvocationOperation call) =>
        call.SemanticModel!.IsAccessible(call.Syntax.SpanStart, other)
        && !other.GetAttributes().Any(attribute => attribute.AttributeClass?.ToDisplayString() == "System.ObsoleteAttribute");
}
