using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// Methods that a host finds by an attribute of theirs and calls itself, whatever else their class has. It would find the
/// same method of a twin beside them, or never call it, and nothing charges for them.
/// </summary>
internal static class ServedMethods
{
    private static readonly Dictionary<string, string> Hosts = new(StringComparer.Ordinal)
    {
        ["Microsoft.Azure.Functions.Worker.FunctionAttribute"] = "Azure Functions",
        ["Microsoft.Azure.WebJobs.FunctionNameAttribute"] = "Azure Functions",
        ["Amazon.Lambda.Annotations.LambdaFunctionAttribute"] = "AWS Lambda",
        ["Microsoft.JSInterop.JSInvokableAttribute"] = "Blazor",
        ["CoreWCF.OperationContractAttribute"] = "CoreWCF",
        ["System.ServiceModel.OperationContractAttribute"] = "WCF",
    };

    /// <summary>The host, for people; null for a method that no host calls.</summary>
    /// <param name="method">The method.</param>
    /// <param name="type">Its class, or one that inherits it.</param>
    public static string? FindHost(IMethodSymbol method, INamedTypeSymbol type) =>
        HostOf(ToolAttributes.Of(method).All) ?? Implemented(method, type).Select(member => HostOf(member.GetAttributes())).FirstOrDefault(host => host is not null);

    private static string? HostOf(IEnumerable<AttributeData> attributes) => attributes
        .Select(attribute => Hosts.TryGetValue(TypeNames.MetadataName(attribute.AttributeClass), out var host) ? host : null)
        .FirstOrDefault(host => host is not null);

    /// <summary>The members of interfaces that the class implements by the method.</summary>
    private static IEnumerable<ISymbol> Implemented(IMethodSymbol method, INamedTypeSymbol type) => type.AllInterfaces
        .SelectMany(part => part.GetMembers(method.Name))
        .Where(member => type.FindImplementationForInterfaceMember(member) is { } found && IsPartOf(method, found));

    private static bool IsPartOf(IMethodSymbol method, ISymbol found)
    {
        for (var current = method; current is not null; current = current.OverriddenMethod)
        {
            if (SymbolEqualityComparer.Default.Equals(current, found))
            {
                return true;
            }
        }

        return false;
    }
}
