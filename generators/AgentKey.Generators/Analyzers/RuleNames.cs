using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>What only the rules look for, by name.</summary>
internal static class RuleNames
{
    public const string AgentScopesAttribute = "AgentKey.Agents.AgentScopesAttribute";

    private const string HttpAdapter = "AgentKey.AspNetCore";

    /// <summary>The attributes by which frameworks offer a method to agents.</summary>
    public static readonly ImmutableArray<string> Offers = ImmutableArray.Create(
        WellKnownNames.McpServerToolAttribute,
        WellKnownNames.McpServerPromptAttribute,
        WellKnownNames.McpServerResourceAttribute,
        WellKnownNames.KernelFunctionAttribute);

    /// <summary>Whether the project references what charges for endpoints.</summary>
    public static bool ChargesEndpoints(Compilation compilation) => compilation.ReferencedAssemblyNames.Any(assembly => assembly.Name == HttpAdapter);
}
