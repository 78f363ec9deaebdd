using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// MVC finds controllers by itself and would find a twin beside the original, on the same routes; gRPC maps a service by
/// its class. A tagged action or method of theirs is charged by its endpoint instead.
/// </summary>
internal static class ServedClasses
{
    public static bool IsServed(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (TypeNames.Is(current, WellKnownNames.ControllerBase) || current.GetAttributes().Any(IsMark))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsMark(AttributeData attribute) =>
        TypeNames.Is(attribute.AttributeClass, WellKnownNames.ApiControllerAttribute)
        || TypeNames.Is(attribute.AttributeClass, WellKnownNames.ControllerAttribute)
        || TypeNames.Is(attribute.AttributeClass, WellKnownNames.BindServiceMethodAttribute);
}
