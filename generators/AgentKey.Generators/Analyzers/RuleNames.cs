using System.Collections.Immutable;

namespace AgentKey.Generators.Analyzers;

/// <summary>Types that only the rules look for, by metadata name.</summary>
internal static class RuleNames
{
    public const string AgentScopesAttribute = "AgentKey.Agents.AgentScopesAttribute";

    /// <summary>The attributes by which frameworks offer a method to agents.</summary>
    public static readonly ImmutableArray<string> Offers = ImmutableArray.Create(
        WellKnownNames.McpServerToolAttribute,
        WellKnownNames.McpServerPromptAttribute,
        WellKnownNames.McpServerResourceAttribute,
        WellKnownNames.KernelFunctionAttribute);
}
