using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>What a tool may return before its work is done: read by a framework, it would run after the call was settled.</summary>
internal static class LateWork
{
    private static readonly HashSet<string> OnlyForReaders = new(StringComparer.Ordinal)
    {
        "System.Collections.IEnumerator",
        "System.Collections.Generic.IAsyncEnumerator<T>",
        "System.IObservable<T>",
        "System.Lazy<T>",
        "System.Linq.IOrderedEnumerable<TElement>",
        "System.Linq.IQueryable",
        "System.Linq.ParallelQuery",
    };

    /// <summary>A sequence's item, when the guard can read it to its end and hand on what it read.</summary>
    public static string? ItemOf(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Collections_IEnumerable)
        {
            return "object?";
        }

        return type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Collections_Generic_IEnumerable_T } sequence
            ? TypeNames.Of(sequence.TypeArguments[0])
            : null;
    }

    /// <summary>Whether only a look at the result itself tells what it is.</summary>
    public static bool IsUntold(ITypeSymbol? result) => result is { SpecialType: SpecialType.System_Object } or { TypeKind: TypeKind.Dynamic };

    /// <summary>Whether any work in it has to be handed on as it is, so that nobody learns when that ends.</summary>
    public static bool IsIn(ITypeSymbol result) => HasStream(result) || HasTask(result) || IsLeftToReader(result);

    public static bool HasStream(ITypeSymbol result) =>
        TypeParts.Of(result).Any(part => part.AllInterfaces.Prepend(part).Any(type => TypeNames.Is(type, WellKnownNames.AsyncEnumerable)));

    /// <summary>Whether there is something in it to await, be it a task or not.</summary>
    public static bool HasTask(ITypeSymbol result) =>
        TypeParts.Of(result).Any(part => Above(part).Any(type => type.GetMembers("GetAwaiter").Any(member => member is IMethodSymbol { IsStatic: false, Parameters.Length: 0 })));

    public static bool IsLeftToReader(ITypeSymbol result) =>
        TypeParts.Of(result).Any(part => Above(part).Any(type => OnlyForReaders.Contains(TypeNames.MetadataName(type))));

    /// <summary>The type, its base classes and its interfaces.</summary>
    private static IEnumerable<ITypeSymbol> Above(ITypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }

        foreach (var part in type.AllInterfaces)
        {
            yield return part;
        }
    }
}
