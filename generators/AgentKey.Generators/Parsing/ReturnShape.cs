using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>What a tool returns, and what its guarded twin returns instead.</summary>
internal sealed record ReturnShape(bool IsAwaited, string? ResultType, string GuardedType)
{
    private const string ValueTask = "global::System.Threading.Tasks.ValueTask";

    /// <summary>Null for what cannot be awaited after a charge: streams, references, ref structs.</summary>
    public static ReturnShape? Of(IMethodSymbol method)
    {
        var type = method.ReturnType;
        if (method.ReturnsVoid)
        {
            return new ReturnShape(false, null, ValueTask);
        }

        if (method.ReturnsByRef || method.ReturnsByRefReadonly || type.IsRefLikeType || type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
        {
            return null;
        }

        if (type.AllInterfaces.Any(IsStream) || IsStream(type))
        {
            return null;
        }

        return TypeNames.MetadataName(type) switch
        {
            "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask" => new ReturnShape(true, null, TypeNames.Of(type)),
            "System.Threading.Tasks.Task<TResult>" or "System.Threading.Tasks.ValueTask<TResult>" =>
                new ReturnShape(true, TypeNames.Of(((INamedTypeSymbol)type).TypeArguments[0]), TypeNames.Of(type)),
            _ => new ReturnShape(false, TypeNames.Of(type), $"{ValueTask}<{TypeNames.Of(type)}>"),
        };
    }

    private static bool IsStream(ITypeSymbol type) => TypeNames.MetadataName(type) == "System.Collections.Generic.IAsyncEnumerable<T>";
}
