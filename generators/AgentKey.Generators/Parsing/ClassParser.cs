using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Describes the class around a tagged method, when generated code can name it.</summary>
internal static class ClassParser
{
    public static ToolClassHeader? Parse(INamedTypeSymbol type, Compilation compilation)
    {
        var chain = Chain(type);
        if (type.TypeKind != TypeKind.Class
            || ServedClasses.IsServed(type)
            || chain.Exists(part => part.IsGenericType || part.IsFileLocal || !IsNameable(part))
            || TwinName.IsTaken(type))
        {
            return null;
        }

        var accessibility = chain.TrueForAll(part => part.DeclaredAccessibility == Accessibility.Public) ? "public" : "internal";
        var attributes = AttributeRenderer.Render(type.GetAttributes(), type.ContainingAssembly);
        return new ToolClassHeader
        {
            Namespace = type.ContainingNamespace.IsGlobalNamespace ? null : type.ContainingNamespace.ToDisplayString(),
            Name = type.Name,
            FullName = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            GuardedName = TwinName.Of(type),
            Accessibility = accessibility,
            IsGone = type.GetAttributes().Any(IsError),
            Attributes = new(ControllerNames.Denial(type, accessibility, compilation) is { } denial ? attributes.Append(denial) : attributes),
        };
    }

    private static bool IsError(AttributeData attribute) =>
        TypeNames.Is(attribute.AttributeClass, WellKnownNames.ObsoleteAttribute) && attribute.ConstructorArguments is [_, { Value: true }];

    private static List<INamedTypeSymbol> Chain(INamedTypeSymbol type)
    {
        var chain = new List<INamedTypeSymbol>();
        for (var current = type; current is not null; current = current.ContainingType)
        {
            chain.Add(current);
        }

        return chain;
    }

    private static bool IsNameable(INamedTypeSymbol type) =>
        type.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;
}
