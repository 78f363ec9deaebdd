using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>MVC takes a public class for a controller because of the end of its name, which the class shares with its twin.</summary>
internal static class ControllerNames
{
    public static bool Fits(string className) => className.EndsWith("Controller", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the class is one by nothing but its name.</summary>
    public static bool MakesController(INamedTypeSymbol type) =>
        type is { TypeKind: TypeKind.Class, DeclaredAccessibility: Accessibility.Public, ContainingType: null, IsAbstract: false, IsStatic: false, IsGenericType: false }
        && Fits(type.Name)
        && !ServedClasses.IsServed(type)
        && !IsDenied(type);

    /// <summary>The attribute that keeps MVC from a twin; null where it is not needed, or where there is no MVC.</summary>
    public static string? Denial(INamedTypeSymbol raw, string accessibility, Compilation compilation) =>
        accessibility == "public"
        && Fits(raw.Name)
        && compilation.GetTypeByMetadataName(WellKnownNames.NonControllerAttribute) is not null
        && !raw.GetAttributes().Any(IsDenial)
            ? $"[global::{WellKnownNames.NonControllerAttribute}]"
            : null;

    /// <summary>As all attributes of MVC, it is inherited.</summary>
    private static bool IsDenied(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetAttributes().Any(IsDenial))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsDenial(AttributeData attribute) => TypeNames.Is(attribute.AttributeClass, WellKnownNames.NonControllerAttribute);
}
