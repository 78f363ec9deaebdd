using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>What the shape of a method must be for its twin to call it, and for an agent to call the twin.</summary>
internal static class ToolShape
{
    /// <summary>Why there is no body that a twin could run, as the end of a sentence.</summary>
    public static string? FindMissingBody(IMethodSymbol method)
    {
        var type = method.ContainingType;
        if (type.TypeKind == TypeKind.Interface)
        {
            return "is a member of an interface";
        }

        if (type.TypeKind != TypeKind.Class)
        {
            return "is not a member of a class";
        }

        if (method.IsAbstract)
        {
            return "is abstract";
        }

        return method.IsExtern ? "is extern" : FindNamelessType(type);
    }

    /// <summary>Why a twin cannot call the method, as what the method is.</summary>
    public static string? FindBarrier(IMethodSymbol method) => method switch
    {
        { MethodKind: MethodKind.ExplicitInterfaceImplementation } => "an explicit interface implementation",
        { MethodKind: not MethodKind.Ordinary } => "an accessor or an operator",
        { DeclaredAccessibility: Accessibility.Private } => "private",
        { DeclaredAccessibility: Accessibility.Protected } => "protected",
        { DeclaredAccessibility: Accessibility.ProtectedAndInternal } => "private protected",
        _ => null,
    };

    /// <summary>The method itself, or the class around it, that is open. No instance of an abstract class is made but of one that closes it.</summary>
    public static ISymbol? FindGeneric(IMethodSymbol method) => method switch
    {
        { IsGenericMethod: true } => method,
        { IsStatic: false, ContainingType.IsAbstract: true } => null,
        _ => FindGeneric(method.ContainingType),
    };

    /// <summary>The class itself, or one around it, that is open.</summary>
    public static ISymbol? FindGeneric(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.ContainingType)
        {
            if (current.IsGenericType)
            {
                return current;
            }
        }

        return null;
    }

    /// <summary>Whether a host calls the method itself, past any twin.</summary>
    public static bool IsServed(IMethodSymbol method, INamedTypeSymbol type) => ServedClasses.IsServed(type) || ServedMethods.FindHost(method, type) is not null;

    /// <summary>Which host calls the method itself, past any twin, and what charges for it instead.</summary>
    /// <param name="method">The method.</param>
    /// <param name="type">Its class, or one that inherits it.</param>
    /// <param name="types">What the project references.</param>
    /// <param name="chargesEndpoints">Whether that charges for an endpoint.</param>
    public static (string Problem, string Advice)? FindHost(IMethodSymbol method, INamedTypeSymbol type, KnownTypes types, bool chargesEndpoints)
    {
        const string advice = "tag a method of another class, and call its guarded twin";
        const string ofFastEndpoints = "of an endpoint write Options(o => o.RequireAgentScope(…).WithCost(…)) in Configure, else ";
        if (ServedMethods.FindHost(method, type) is { } host)
        {
            return ($"is a method that {host} calls itself", host == ServedMethods.FastEndpoints ? ofFastEndpoints + advice : advice);
        }

        if (ServedClasses.IsHub(type))
        {
            return ("is a method of a hub, which SignalR calls itself", advice);
        }

        if (ServedClasses.IsPage(type))
        {
            return ("is a method of a page, which Razor Pages calls itself", advice);
        }

        if (!ServedClasses.IsEndpoint(type))
        {
            return null;
        }

        if (!chargesEndpoints)
        {
            return ("is an endpoint, which its host calls itself", "reference AgentKey.AspNetCore, which charges for it");
        }

        return types.FindOffer(method) is null ? null : ("is an endpoint that is offered to agents as well, and is charged as an endpoint alone", advice);
    }

    /// <summary>Why a twin that calls the method would not do what it is paid for, and what to do instead.</summary>
    /// <param name="method">The tool.</param>
    /// <param name="type">Its class, or one that inherits it.</param>
    public static (string Problem, string Advice)? FindRefusal(IMethodSymbol method, INamedTypeSymbol type)
    {
        if (FindClash(method, type) is { } clash)
        {
            return clash;
        }

        if (method.IsConditional)
        {
            return ("is [Conditional], so that the compiler may leave out the twin's call of it", "take [Conditional] away");
        }

        if (method.IsVararg)
        {
            return ("takes an __arglist, which a twin cannot hand on", "take an array");
        }

        if (CallTarget.GivesWay(method))
        {
            return ("gives way to an overload of a higher priority", "give it another name, or take [OverloadResolutionPriority] away");
        }

        if (!AttributeRenderer.CanRepeat(method, type))
        {
            return ("has an attribute, or its class has, whose argument only its own class or file can name", "make what it names public or internal");
        }

        return ReturnShape.ResultOf(method) is { } result ? FindLateWork(result) : null;
    }

    private static (string Problem, string Advice)? FindClash(IMethodSymbol method, INamedTypeSymbol type)
    {
        if (TwinName.IsTaken(type))
        {
            return ($"is of a class whose twin would be named '{TwinName.Of(type)}', as another type is", "give one of them another name");
        }

        if (method.Name == TwinName.Of(type))
        {
            return ("is named as the twin of its class would be", "give it another name");
        }

        return TwinName.HidesObject(method) ? ("has the name and the parameters of a method that every object has", "give it another name") : null;
    }

    private static (string Problem, string Advice)? FindLateWork(ITypeSymbol result)
    {
        if (LateWork.HasStream(result))
        {
            return ("returns a stream inside of another type", "return IAsyncEnumerable itself");
        }

        if (LateWork.HasTask(result))
        {
            return ("returns work inside of another type that goes on after the call", "await it, and return Task or ValueTask of what it comes to");
        }

        return LateWork.IsLeftToReader(result) ? ("returns what does its work only when it is read", "return a list, or IEnumerable itself") : null;
    }

    /// <summary>Parameters, and the result, that cannot be written as JSON by anybody, and what each of them is.</summary>
    public static IEnumerable<(ISymbol Value, string Problem)> FindUnsendable(IMethodSymbol method)
    {
        if (method.ReturnsByRef || method.ReturnsByRefReadonly)
        {
            yield return (method, "a reference");
        }
        else if (Describe(method.ReturnType) is { } result)
        {
            yield return (method, result);
        }

        foreach (var parameter in method.Parameters)
        {
            if (parameter.RefKind != RefKind.None)
            {
                yield return (parameter, $"passed by {parameter.RefKind.ToString().ToLowerInvariant()}");
            }
            else if (Describe(parameter.Type) is { } problem)
            {
                yield return (parameter, problem);
            }
        }
    }

    /// <summary>What about the class, or one around it, keeps generated code from naming it, as the end of a sentence.</summary>
    public static string? FindNamelessType(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.ContainingType)
        {
            if (current.IsFileLocal)
            {
                return $"stands in '{current.Name}', which only its own file can name";
            }

            if (current.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal))
            {
                return $"stands in '{current.Name}', which only the class around it can name";
            }
        }

        return null;
    }

    private static string? Describe(ITypeSymbol type)
    {
        if (TypeParts.HasPointer(type))
        {
            return "a pointer";
        }

        return type.IsRefLikeType ? "a ref struct" : null;
    }
}
