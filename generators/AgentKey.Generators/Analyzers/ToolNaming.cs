using System.Collections.Immutable;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>How a framework names a tool that does not name itself. Null for a method that is not that framework's tool.</summary>
internal sealed class ToolNaming(string offer, Func<string, string> derive)
{
    public static readonly ImmutableArray<ToolNaming> All = ImmutableArray.Create(
        new ToolNaming(WellKnownNames.McpServerToolAttribute, ToolNames.SnakeCase),
        new ToolNaming(WellKnownNames.KernelFunctionAttribute, static plain => plain));

    /// <summary>The attribute that makes a method the framework's tool, and may name it.</summary>
    public string Offer => offer;

    public string? Name(IMethodSymbol method)
    {
        if (ToolAttributes.Of(method).Find(offer) is not { } attribute)
        {
            return null;
        }

        // [McpServerTool(Name = "chat")] or [KernelFunction("chat")].
        var written = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Name").Value.Value
            ?? attribute.ConstructorArguments.FirstOrDefault().Value;
        return written as string ?? derive(ToolNames.WithoutSuffix(method));
    }
}
