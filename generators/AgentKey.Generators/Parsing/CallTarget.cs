using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>How a twin calls its tool, so that the compiler cannot take another member of the same name.</summary>
internal static class CallTarget
{
    private const string PriorityAttribute = "System.Runtime.CompilerServices.OverloadResolutionPriorityAttribute";

    /// <summary>
    /// The class that the tool has to be called as a member of; null where its own class will do. What a class declares
    /// itself comes before what it inherits, however much better that fits, and an override does not count as declared.
    /// </summary>
    public static INamedTypeSymbol? Receiver(IMethodSymbol method, INamedTypeSymbol type)
    {
        var slot = Slot(method);
        for (var current = type; current is not null && !IsSame(current, slot.ContainingType); current = current.BaseType)
        {
            if (current.GetMembers(method.Name).Any(member => member is not IMethodSymbol other || !IsSame(Slot(other), slot)))
            {
                return slot.ContainingType;
            }
        }

        return null;
    }

    /// <summary>Whether the tool, called as a member of <see cref="Receiver"/>, returns less than it declares.</summary>
    public static bool ReturnsLess(IMethodSymbol method) => TypeNames.Plain(method.ReturnType) != TypeNames.Plain(Slot(method).ReturnType);

    /// <summary>Whether the compiler prefers an overload, whatever the arguments are.</summary>
    public static bool GivesWay(IMethodSymbol method)
    {
        var slot = Slot(method);
        var overloads = slot.ContainingType.GetMembers(slot.Name);
        return overloads.Length > 1 && overloads.Any(overload => Priority(overload) > Priority(slot));
    }

    /// <summary>The declaration that an override, as a call sees it, is a part of.</summary>
    private static IMethodSymbol Slot(IMethodSymbol method)
    {
        while (method.OverriddenMethod is { } overridden)
        {
            method = overridden;
        }

        return method;
    }

    private static int Priority(ISymbol member) =>
        member.GetAttributes().FirstOrDefault(attribute => TypeNames.Is(attribute.AttributeClass, PriorityAttribute)) is { ConstructorArguments: [{ Value: int priority }] }
            ? priority
            : 0;

    private static bool IsSame(ISymbol left, ISymbol right) => SymbolEqualityComparer.Default.Equals(left, right);
}
