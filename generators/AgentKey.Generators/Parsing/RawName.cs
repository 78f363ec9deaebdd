using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// A synchronous tool whose name ends in Async keeps that in its name; its twin, which returns a task, would not. So the
/// twin is told the name.
/// </summary>
internal sealed class RawName
{
    private readonly string _name;

    private RawName(string name) => _name = name;

    /// <summary>Null for a tool whose twin is named alike.</summary>
    public static RawName? Of(IMethodSymbol method, ReturnShape shape, string? scope) =>
        scope is not null && shape.Kind == Models.ReturnKind.Immediate && ToolNames.HasSuffix(method) ? new RawName(method.Name) : null;

    /// <summary>An attribute that names a method for Microsoft.Extensions.AI, whose tools carry none of its own.</summary>
    public IEnumerable<string> ForFunctions(IEnumerable<AttributeData> existing) =>
        existing.Any(attribute => TypeNames.Is(attribute.AttributeClass, WellKnownNames.DisplayNameAttribute))
            ? []
            : [$"[global::{WellKnownNames.DisplayNameAttribute}({Text(_name)})]"];

    /// <summary>The argument that names the tool, for an attribute that leaves it to the framework.</summary>
    public string? ArgumentOf(AttributeData attribute)
    {
        if (TypeNames.Is(attribute.AttributeClass, WellKnownNames.KernelFunctionAttribute))
        {
            return attribute.ConstructorArguments.FirstOrDefault().Value is null ? Text(_name) : null;
        }

        var isMcp = TypeNames.Is(attribute.AttributeClass, WellKnownNames.McpServerToolAttribute)
            || TypeNames.Is(attribute.AttributeClass, WellKnownNames.McpServerPromptAttribute)
            || TypeNames.Is(attribute.AttributeClass, WellKnownNames.McpServerResourceAttribute);
        return isMcp && attribute.NamedArguments.FirstOrDefault(argument => argument.Key == "Name").Value.Value is null
            ? $"Name = {Text(ToolNames.SnakeCase(_name))}"
            : null;
    }

    private static string Text(string value) => SymbolDisplay.FormatLiteral(value, quote: true);
}
