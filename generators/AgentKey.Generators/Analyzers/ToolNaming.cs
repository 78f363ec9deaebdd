using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>How a framework names a tool that does not name itself. Null for a method that is not that framework's tool.</summary>
internal sealed class ToolNaming(Func<IMethodSymbol, KnownTypes, string?> name)
{
    public static readonly ImmutableArray<ToolNaming> All = ImmutableArray.Create(
        new ToolNaming(static (method, types) => Named(method, KnownTypes.Attribute(method, types.McpServerTool), SnakeCase)),
        new ToolNaming(static (method, types) => Named(method, KnownTypes.Attribute(method, types.KernelFunction), static plain => plain)));

    public string? Name(IMethodSymbol method, KnownTypes types) => name(method, types);

    private static string? Named(IMethodSymbol method, AttributeData? attribute, Func<string, string> derive)
    {
        if (attribute is null)
        {
            return null;
        }

        // [McpServerTool(Name = "chat")] or [KernelFunction("chat")].
        var written = attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Name").Value.Value
            ?? attribute.ConstructorArguments.FirstOrDefault().Value;
        return written as string ?? derive(WithoutSuffix(method));
    }

    private static string WithoutSuffix(IMethodSymbol method)
    {
        const string suffix = "Async";
        var isAwaited = method.ReturnType.Name is "Task" or "ValueTask" or "IAsyncEnumerable";
        return isAwaited && method.Name.Length > suffix.Length && method.Name.EndsWith(suffix, StringComparison.Ordinal)
            ? method.Name.Substring(0, method.Name.Length - suffix.Length)
            : method.Name;
    }

    private static string SnakeCase(string name)
    {
        var snake = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord && name[i - 1] != '_')
            {
                snake.Append('_');
            }

            snake.Append(char.ToLowerInvariant(name[i]));
        }

        return snake.ToString();
    }
}
