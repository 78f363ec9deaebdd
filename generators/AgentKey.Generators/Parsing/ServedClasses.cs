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
            if (TypeNames.MetadataName(current) == WellKnownNames.ControllerBase
                || current.GetAttributes().Any(attribute => TypeNames.MetadataName(attribute.AttributeClass) is WellKnownNames.ApiControllerAttribute or WellKnownNames.ControllerAttribute or WellKnownNames.BindServiceMethodAttribute))
            {
                return true;
            }
        }

        return false;
    }
}
