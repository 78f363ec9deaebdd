using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>What a tool may return before its work is done: read by a framework, it would run after the call was settled.</summary>
internal static class LateWork
{
    private static readonly HashSet<string> OnlyForReaders = new(StringComparer.Ordinal)
    {
        "System.Collections.IEnumerator",
        "System.Collections.Generic.IAsyncEnumerator<T>",
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

    /// <summary>Whether it has to be handed on as it is, so that nobody learns when its work ends.</summary>
    public static bool IsLeftToReader(ITypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (OnlyForReaders.Contains(TypeNames.MetadataName(current)))
            {
                return true;
            }
        }

        return type.AllInterfaces.Any(part => OnlyForReaders.Contains(TypeNames.MetadataName(part)));
    }
}
