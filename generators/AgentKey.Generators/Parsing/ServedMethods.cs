using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// Methods that a host finds by an attribute of theirs, or by what they override or implement, and calls itself, whatever
/// else their class has. It would find the same method of a twin beside them, or never call it, and nothing charges for them.
/// </summary>
internal static class ServedMethods
{
    /// <summary>The one host of these whose endpoints can be priced where they are configured.</summary>
    public const string FastEndpoints = "FastEndpoints";

    private static readonly Dictionary<string, string> Hosts = new(StringComparer.Ordinal)
    {
        ["Microsoft.Azure.Functions.Worker.FunctionAttribute"] = "Azure Functions",
        ["Microsoft.Azure.WebJobs.FunctionNameAttribute"] = "Azure Functions",
        ["Amazon.Lambda.Annotations.LambdaFunctionAttribute"] = "AWS Lambda",
        ["Microsoft.JSInterop.JSInvokableAttribute"] = "Blazor",
        ["CoreWCF.OperationContractAttribute"] = "CoreWCF",
        ["System.ServiceModel.OperationContractAttribute"] = "WCF",
    };

    // By the name alone: how many type arguments they take differs, and means nothing here.
    private static readonly Dictionary<string, string> Frameworks = new(StringComparer.Ordinal)
    {
        ["FastEndpoints.Endpoint"] = FastEndpoints,
        ["FastEndpoints.EndpointWithoutRequest"] = FastEndpoints,
        ["FastEndpoints.ICommandHandler"] = FastEndpoints,
        ["MediatR.IRequestHandler"] = "MediatR",
        ["MassTransit.IConsumer"] = "MassTransit",
    };

    /// <summary>The host, for people; null for a method that no host calls.</summary>
    /// <param name="method">The method.</param>
    /// <param name="type">Its class, or one that inherits it.</param>
    public static string? FindHost(IMethodSymbol method, INamedTypeSymbol type) =>
        HostOf(ToolAttributes.Of(method).All) ?? Members(method, type).Select(HostOf).FirstOrDefault(host => host is not null);

    private static string? HostOf(ISymbol member) =>
        HostOf(member.GetAttributes()) ?? (Frameworks.TryGetValue(NameOf(member.ContainingType), out var host) ? host : null);

    private static string NameOf(INamedTypeSymbol type) => $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}";

    private static string? HostOf(IEnumerable<AttributeData> attributes) => attributes
        .Select(attribute => Hosts.TryGetValue(TypeNames.MetadataName(attribute.AttributeClass), out var host) ? host : null)
        .FirstOrDefault(host => host is not null);

    /// <summary>The members that somebody may call the method by: what it overrides, and of interfaces what the class implements by it.</summary>
    private static IEnumerable<ISymbol> Members(IMethodSymbol method, INamedTypeSymbol type)
    {
        var chain = Chain(method).ToList();
        return chain.Skip(1).Concat(type.AllInterfaces
            .SelectMany(part => part.GetMembers(method.Name))
            .Where(member => type.FindImplementationForInterfaceMember(member) is { } found && chain.Contains(found, SymbolEqualityComparer.Default)));
    }

    private static IEnumerable<ISymbol> Chain(IMethodSymbol method)
    {
        for (var current = method; current is not null; current = current.OverriddenMethod)
        {
            yield return current;
        }
    }
}
