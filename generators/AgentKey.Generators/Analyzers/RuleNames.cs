using System.Collections.Immutable;

namespace AgentKey.Generators.Analyzers;

/// <summary>Types that only the rules look for, by metadata name.</summary>
internal static class RuleNames
{
    public const string AgentScopesAttribute = "AgentKey.Agents.AgentScopesAttribute";
    public const string AgentPublicAttribute = "AgentKey.Agents.AgentPublicAttribute";
    public const string KernelFunctionAttribute = "Microsoft.SemanticKernel.KernelFunctionAttribute";
    public const string DescriptionAttribute = "System.ComponentModel.DescriptionAttribute";

    /// <summary>The attributes by which frameworks offer a method to agents.</summary>
    public static readonly ImmutableArray<string> Offers = ImmutableArray.Create(
        WellKnownNames.McpServerToolAttribute,
        "ModelContextProtocol.Server.McpServerPromptAttribute",
        "ModelContextProtocol.Server.McpServerResourceAttribute",
        KernelFunctionAttribute);
}
