using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>What a type is written with: itself, the items of an array, and all type arguments.</summary>
internal static class TypeParts
{
    public static IEnumerable<ITypeSymbol> Of(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Of(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(Of).Prepend(type),
        _ => new[] { type },
    };

    public static bool HasPointer(ITypeSymbol type) => Of(type).Any(part => part.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer);
}
