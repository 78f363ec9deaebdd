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
    private const string Task = "System.Threading.Tasks.Task<TResult>";
    private const string TaskOfValue = "System.Threading.Tasks.ValueTask<TResult>";

    /// <summary>Null for what no guard can stand around: references, ref structs, streams that are not plainly a stream, and work that ends after the call.</summary>
    public static ReturnShape? Of(IMethodSymbol method)
    {
        var type = method.ReturnType;
        if (method.ReturnsVoid)
        {
            return new ReturnShape(ReturnKind.Immediate, null, null, ValueTask);
        }

        if (method.ReturnsByRef || method.ReturnsByRefReadonly || type.IsRefLikeType || TypeParts.HasPointer(type))
        {
            return null;
        }

        if (ResultOf(method) is not { } result)
        {
            return new ReturnShape(ReturnKind.Awaitable, null, null, TypeNames.Of(type));
        }

        return LateWork.IsIn(result) ? null : Of(type, result);
    }

    /// <summary>What the caller has in the end, or one item of a stream; null for nothing.</summary>
    public static ITypeSymbol? ResultOf(IMethodSymbol method) => TypeNames.MetadataName(method.ReturnType) switch
    {
        "void" or "System.Threading.Tasks.Task" or "System.Threading.Tasks.ValueTask" => null,
        WellKnownNames.AsyncEnumerable or Task or TaskOfValue => ((INamedTypeSymbol)method.ReturnType).TypeArguments[0],
        _ => method.ReturnType,
    };

    private static ReturnShape Of(ITypeSymbol type, ITypeSymbol result) => TypeNames.MetadataName(type) switch
    {
        WellKnownNames.AsyncEnumerable => new ReturnShape(ReturnKind.Stream, null, TypeNames.Of(result), TypeNames.Of(type)),

        // A task that is done may hold a sequence, or anything, that is not.
        Task when LateWork.ItemOf(result) is null && !LateWork.IsUntold(result) => new ReturnShape(ReturnKind.Task, result, TypeNames.Of(result), TypeNames.Of(type)),
        Task or TaskOfValue => new ReturnShape(ReturnKind.Awaitable, result, TypeNames.Of(result), TypeNames.Of(type)),
        _ => new ReturnShape(ReturnKind.Immediate, result, TypeNames.Of(result), $"{ValueTask}<{TypeNames.Of(type)}>"),
    };
}
