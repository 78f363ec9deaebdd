using System.Text;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>How frameworks name a tool after its method: what returns a task goes without the suffix.</summary>
internal static class ToolNames
{
    private const string Suffix = "Async";

    public static string WithoutSuffix(IMethodSymbol method) =>
        method.ReturnType.Name is "Task" or "ValueTask" or "IAsyncEnumerable" && HasSuffix(method)
            ? method.Name.Substring(0, method.Name.Length - Suffix.Length)
            : method.Name;

    public static bool HasSuffix(IMethodSymbol method) => method.Name.Length > Suffix.Length && method.Name.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>As MCP writes names.</summary>
    public static string SnakeCase(string name)
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
