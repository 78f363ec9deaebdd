using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AgentKey.Generators.Analyzers;

/// <summary>One raw class that a registration takes, and where it is written.</summary>
/// <param name="Type">The class; null for a lambda with a tag, which is no class's.</param>
/// <param name="Place">Where.</param>
/// <param name="IsHeld">Whether a local stands there, so that a twin in its place would be something else.</param>
internal sealed record RawUse(INamedTypeSymbol? Type, Location Place, bool IsHeld = false)
{
    /// <summary>What stands in the arguments or is named as a type argument. One class is reported once for each call.</summary>
    public static IEnumerable<RawUse> InArguments(IInvocationOperation call, RawTools tools) =>
        call.Arguments.SelectMany(argument => InValue(argument.Value, tools))
            .Concat(InTypeArguments(call, tools))
            .Concat(call.Arguments.SelectMany(argument => InLocals(argument.Value, new HeldTools(tools, call))))
            .GroupBy<RawUse, ISymbol?>(use => use.Type, SymbolEqualityComparer.Default)
            .Select(uses => uses.First());

    /// <summary>What the framework will find in the assembly that it is told to look through.</summary>
    public static IEnumerable<RawUse> InAssembly(IInvocationOperation call, RawTools tools) =>
        AssemblyOf(call) is { } assembly ? tools.ServedFrom(assembly).Take(1).Select(type => new RawUse(type, NameOf(call))) : [];

    private static IEnumerable<RawUse> InTypeArguments(IInvocationOperation call, RawTools tools)
    {
        var written = call.Syntax is InvocationExpressionSyntax invocation
            ? invocation.Expression.DescendantNodesAndSelf().OfType<GenericNameSyntax>().LastOrDefault()?.TypeArgumentList.Arguments
            : null;
        for (var i = 0; i < written?.Count; i++)
        {
            if (call.TargetMethod.TypeArguments[i] is INamedTypeSymbol type && tools.Contains(type))
            {
                yield return new RawUse(type, written.Value[i].GetLocation());
            }
        }
    }

    private static IEnumerable<RawUse> InValue(IOperation value, RawTools tools)
    {
        var plain = value;
        while (plain is IConversionOperation conversion)
        {
            plain = conversion.Operand;
        }

        if (tools.Contains(plain.Type))
        {
            yield return new RawUse((INamedTypeSymbol)plain.Type!, plain.Syntax.GetLocation());
        }

        foreach (var inner in value.DescendantsAndSelf())
        {
            if (inner is IAnonymousFunctionOperation lambda && tools.IsScoped(lambda.Symbol))
            {
                yield return new RawUse(null, lambda.Syntax.GetLocation());
            }

            var type = inner switch
            {
                ITypeOfOperation { TypeOperand: INamedTypeSymbol named } when tools.Contains(named) => named,
                IMethodReferenceOperation reference when tools.Contains(reference.Method) => Receiver(reference.Instance, reference.Method),
                IInvocationOperation invocation when tools.Contains(invocation.TargetMethod) => Receiver(invocation.Instance, invocation.TargetMethod),
                _ => null,
            };
            if (type is not null)
            {
                yield return new RawUse(type, inner.Syntax.GetLocation());
            }
        }
    }

    private static IEnumerable<RawUse> InLocals(IOperation argument, HeldTools held) => argument.DescendantsAndSelf()
        .Where(inner => inner is not ILocalReferenceOperation local || IsPassed(local, argument))
        .SelectMany(inner => held.Behind(inner).Select(type => new RawUse(type, inner.Syntax.GetLocation(), IsHeld: true)));

    // A local that the argument is only made with, such as a twin's own raw instance, is not what is registered.
    private static bool IsPassed(ILocalReferenceOperation local, IOperation argument) =>
        local.Type is { TypeKind: TypeKind.Delegate } or { Name: "Type" } || local.Syntax.Span == argument.Syntax.Span;

    /// <summary>The class that a method is called on.</summary>
    public static INamedTypeSymbol Receiver(IOperation? instance, IMethodSymbol method) =>
        instance?.Type as INamedTypeSymbol ?? method.ContainingType;

    private static IAssemblySymbol? AssemblyOf(IInvocationOperation call)
    {
        var own = call.SemanticModel!.Compilation.Assembly;
        var argument = call.Arguments.FirstOrDefault(candidate => candidate.Parameter?.Type.Name == "Assembly");
        return argument switch
        {
            null or { ArgumentKind: ArgumentKind.DefaultValue } => own,
            { Value: IPropertyReferenceOperation { Property.Name: "Assembly", Instance: ITypeOfOperation type } } => type.TypeOperand.ContainingAssembly,
            { Value: IInvocationOperation { TargetMethod: { Name: "GetExecutingAssembly" or "GetEntryAssembly" or "GetCallingAssembly" } } } => own,
            { Value: ILiteralOperation { ConstantValue: { HasValue: true, Value: null } } } => own,
            _ => null,
        };
    }

    private static Location NameOf(IInvocationOperation call) => call.Syntax is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access }
        ? access.Name.GetLocation()
        : call.Syntax.GetLocation();
}
