using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>What a tool returns, and what its guarded twin returns instead.</summary>
/// <param name="Kind">How it comes.</param>
/// <param name="Result">What the caller has in the end; null for nothing, and for a stream.</param>
/// <param name="ResultType">The same as C#; of a stream, its item.</param>
/// <param name="GuardedType">The return type of the twin.</param>
internal sealed record ReturnShape(ReturnKind Kind, ITypeSymbol? Result, string? ResultType, string GuardedType)
{
    private const string ValueTask = "global::System.Threading.Tasks.ValueTask";

    /// <summary>Null for what no guard can stand around: references, ref structs, streams that are not plainly a stream, and work that only its reader ends.</summary>
    public static ReturnShape? Of(IMethodSymbol method)
    {
        var type = method.ReturnType;
        if (method.ReturnsVoid)
        {
            return new ReturnShape(ReturnKind.Immediate, null, null, ValueTask);
        }

        if (method.ReturnsByRef || method.ReturnsByRefReadonly || type.IsRefLikeType || type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
        {
            return null;
        }

        return TypeNames.MetadataName(type) switch
        {
            WellKnownNames.AsyncEnumerable =>
                new ReturnShape(ReturnKind.Stream, null, TypeNames.Of(((INamedTypeSymbol)type).TypeArguments[0]), TypeNames.Of(type)),
            "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask" =>
                new ReturnShape(ReturnKind.Awaitable, null, null, TypeNames.Of(type)),
            "System.Threading.Tasks.Task<TResult>" =>
                OfTask(((INamedTypeSymbol)type).TypeArguments[0], TypeNames.Of(type)),
            "System.Threading.Tasks.ValueTask<TResult>" =>
                Of(ReturnKind.Awaitable, ((INamedTypeSymbol)type).TypeArguments[0], TypeNames.Of(type)),
            _ => Of(ReturnKind.Immediate, type, $"{ValueTask}<{TypeNames.Of(type)}>"),
        };
    }

    /// <summary>A task that is done may hold a sequence that is not.</summary>
    private static ReturnShape? OfTask(ITypeSymbol result, string guardedType) =>
        Of(LateWork.ItemOf(result) is null ? ReturnKind.Task : ReturnKind.Awaitable, result, guardedType);

    // A stream inside of something else would run after its call was settled.
    private static ReturnShape? Of(ReturnKind kind, ITypeSymbol result, string guardedType) =>
        IsStream(result) || result.AllInterfaces.Any(IsStream) || LateWork.IsLeftToReader(result)
            ? null
            : new ReturnShape(kind, result, TypeNames.Of(result), guardedType);

    private static bool IsStream(ITypeSymbol type) => TypeNames.Is(type, WellKnownNames.AsyncEnumerable);
}
