using System.Collections.Immutable;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>How a framework names a tool that does not name itself. Null for a method that is not that framework's tool.</summary>
internal sealed class ToolNaming(Func<IMethodSymbol, string?> name)
{
    public static readonly ImmutableArray<ToolNaming> All = ImmutableArray.Create(
        new ToolNaming(static method => Named(method, WellKnownNames.McpServerToolAttribute, ToolNames.SnakeCase)),
        new ToolNaming(static method => Named(method, WellKnownNames.KernelFunctionAttribute, static plain => plain)));

    public string? Name(IMethodSymbol method) => name(method);

    private static string? Named(IMethodSymbol method, string offer, Func<string, string> derive)
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
