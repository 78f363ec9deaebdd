using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Describes one parameter of a tool.</summary>
internal static class ParameterParser
{
    public static ParameterModel Parse(IParameterSymbol parameter, XmlDescriptions descriptions, IAssemblySymbol assembly)
    {
        var existing = ToolAttributes.Of(parameter).All;
        var attributes = string.Concat(AttributeRenderer.Render(parameter, existing, assembly)
            .Concat(descriptions.OfParameter(parameter.Name, existing))
            .Select(attribute => attribute + " "));
        var modifier = parameter.IsParams ? "params " : "";
        var defaultValue = parameter.HasExplicitDefaultValue ? $" = {LiteralRenderer.Default(parameter)}" : "";
        var name = TypeNames.Escape(parameter.Name);
        return new ParameterModel(
            $"{attributes}{modifier}{TypeNames.Of(parameter.Type)} {name}{defaultValue}",
            name,
            TypeNames.Plain(parameter.Type),
            parameter.Type.TypeKind == TypeKind.Dynamic);
    }
}
