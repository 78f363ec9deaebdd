using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds raw tools behind the locals and local functions of one body, which hold what they were declared with.</summary>
internal sealed class HeldTools(RawTools tools, IOperation call)
{
    private readonly IOperation _body = BodyOf(call);

    // Local functions may call each other.
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    /// <summary>The classes behind a reference; null among them is a lambda with a tag. Empty for what is no local or is assigned again.</summary>
    public IEnumerable<INamedTypeSymbol?> Behind(IOperation reference)
    {
        var symbol = reference switch
        {
            ILocalReferenceOperation local => local.Local,
            IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } function => function.Method.OriginalDefinition,
            IInvocationOperation { TargetMethod.MethodKind: MethodKind.LocalFunction } function => function.TargetMethod.OriginalDefinition,
            _ => (ISymbol?)null,
        };
        if (symbol is null || !_seen.Add(symbol))
        {
            return [];
        }

        return symbol is ILocalSymbol held
            ? InitialValue(held) is { } value && !IsWritten(held) ? InValue(value) : []
            : FunctionBody(symbol) is { } body ? InFunction(body) : [];
    }

    /// <summary>What is called when the value is made is done by then, so calls count only where a function keeps them.</summary>
    private IEnumerable<INamedTypeSymbol?> InValue(IOperation value)
    {
        var plain = Plain(value);
        if (tools.Contains(plain.Type))
        {
            return [(INamedTypeSymbol)plain.Type!];
        }

        return plain switch
        {
            ITypeOfOperation { TypeOperand: INamedTypeSymbol type } => tools.Contains(type) ? [type] : [],
            IMethodReferenceOperation reference when tools.Contains(reference.Method) => [RawUse.Receiver(reference.Instance, reference.Method)],
            IAnonymousFunctionOperation lambda => tools.IsScoped(lambda.Symbol) ? [null] : InFunction(lambda.Body),
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues.SelectMany(InValue),
            _ when plain.Syntax is CollectionExpressionSyntax => plain.ChildOperations.SelectMany(InValue),
            _ => Behind(plain),
        };
    }

    private IEnumerable<INamedTypeSymbol?> InFunction(IOperation body) => body.Descendants().SelectMany(inner => inner switch
    {
        IMethodReferenceOperation reference when tools.Contains(reference.Method) => [RawUse.Receiver(reference.Instance, reference.Method)],
        IInvocationOperation invocation when tools.Contains(invocation.TargetMethod) => [RawUse.Receiver(invocation.Instance, invocation.TargetMethod)],
        ILocalReferenceOperation { Type.TypeKind: not TypeKind.Delegate } => [],
        _ => Behind(inner),
    });

    private IOperation? InitialValue(ILocalSymbol local) => _body.Descendants().OfType<IVariableDeclaratorOperation>()
        .FirstOrDefault(declarator => SymbolEqualityComparer.Default.Equals(declarator.Symbol, local))?.GetVariableInitializer()?.Value;

    private IOperation? FunctionBody(ISymbol function) => _body.Descendants().OfType<ILocalFunctionOperation>()
        .FirstOrDefault(candidate => SymbolEqualityComparer.Default.Equals(candidate.Symbol, function))?.Body;

    private bool IsWritten(ILocalSymbol local) => _body.Descendants().OfType<ILocalReferenceOperation>()
        .Any(reference => SymbolEqualityComparer.Default.Equals(reference.Local, local) && IsWritten(reference));

    private static bool IsWritten(IOperation place) => place.Parent switch
    {
        ITupleOperation tuple => IsWritten(tuple),
        IAssignmentOperation assignment => assignment.Target == place,
        IArgumentOperation { Parameter.RefKind: RefKind.Ref or RefKind.Out } => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation { Symbol.IsRef: true } } => true,
        _ => false,
    };

    private static IOperation Plain(IOperation value) => value switch
    {
        IConversionOperation conversion => Plain(conversion.Operand),
        IDelegateCreationOperation creation => Plain(creation.Target),
        _ => value,
    };

    private static IOperation BodyOf(IOperation operation) => operation.Parent is { } parent ? BodyOf(parent) : operation;
}
