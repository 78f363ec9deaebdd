using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>What generated code can name, which stands in the assembly but neither in the user's file nor in the user's class.</summary>
internal static class Nameable
{
    public static bool CanName(ITypeSymbol? type, IAssemblySymbol assembly) => type switch
    {
        IArrayTypeSymbol array => CanName(array.ElementType, assembly),
        IPointerTypeSymbol pointer => CanName(pointer.PointedAtType, assembly),

        // The compiler complains about it where the user wrote it.
        INamedTypeSymbol { TypeKind: not TypeKind.Error } named => CanName(named, assembly),
        _ => true,
    };

    public static bool CanSee(ISymbol symbol, IAssemblySymbol assembly) =>
        symbol.DeclaredAccessibility == Accessibility.Public
        || (symbol.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedOrInternal && IsFriend(symbol.ContainingAssembly, assembly));

    private static bool CanName(INamedTypeSymbol type, IAssemblySymbol assembly) =>
        !type.IsFileLocal
        && CanSee(type, assembly)
        && (type.IsUnboundGenericType || type.TypeArguments.All(argument => CanName(argument, assembly)))
        && (type.ContainingType is null || CanName(type.ContainingType, assembly));

    private static bool IsFriend(IAssemblySymbol home, IAssemblySymbol assembly) =>
        SymbolEqualityComparer.Default.Equals(home, assembly) || home.GivesAccessTo(assembly);
}
