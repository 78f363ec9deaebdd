using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// MVC finds controllers by itself and would find a twin beside the original, on the same routes; gRPC and SignalR map a
/// service by its class. A tagged action or method of theirs is charged by its endpoint, of a hub or a page by nothing.
/// </summary>
internal static class ServedClasses
{
    public static bool IsServed(INamedTypeSymbol type) => IsEndpoint(type) || IsHub(type) || IsPage(type);

    /// <summary>Whether its methods are endpoints of their own.</summary>
    public static bool IsEndpoint(INamedTypeSymbol type) =>
        Lineage(type).Any(part => TypeNames.Is(part, WellKnownNames.ControllerBase) || part.GetAttributes().Any(IsMark));

    /// <summary>Whether all of its methods are behind one endpoint.</summary>
    public static bool IsHub(INamedTypeSymbol type) => Lineage(type).Any(part => TypeNames.Is(part, WellKnownNames.Hub));

    /// <summary>The same of a Razor page, whose handler is chosen after its endpoint.</summary>
    public static bool IsPage(INamedTypeSymbol type) => Lineage(type).Any(part => TypeNames.Is(part, WellKnownNames.PageModel));

    private static IEnumerable<INamedTypeSymbol> Lineage(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }
    }

    // MVC takes an attribute that is derived from its own for its own.
    private static bool IsMark(AttributeData attribute) => attribute.AttributeClass is { } mark && Lineage(mark).Any(type =>
        TypeNames.Is(type, WellKnownNames.ApiControllerAttribute)
        || TypeNames.Is(type, WellKnownNames.ControllerAttribute)
        || TypeNames.Is(type, WellKnownNames.BindServiceMethodAttribute));
}
