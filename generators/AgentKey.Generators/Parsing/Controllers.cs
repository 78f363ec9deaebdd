using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// MVC finds controllers by itself and would find a twin beside the original, on the same routes. A tagged action is
/// charged by its endpoint instead.
/// </summary>
internal static class Controllers
{
    public static bool IsController(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (TypeNames.MetadataName(current) == WellKnownNames.ControllerBase
                || current.GetAttributes().Any(attribute => TypeNames.MetadataName(attribute.AttributeClass) is WellKnownNames.ApiControllerAttribute or WellKnownNames.ControllerAttribute))
            {
                return true;
            }
        }

        return false;
    }
}
