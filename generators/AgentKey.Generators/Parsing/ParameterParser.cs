using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Describes one parameter of a tool.</summary>
internal static class ParameterParser
{
    private const string Interop = "global::System.Runtime.InteropServices";

    public static ParameterModel Parse(IParameterSymbol parameter, XmlDescriptions descriptions, IAssemblySymbol assembly)
    {
        var existing = ToolAttributes.Of(parameter).All;
        var attributes = string.Concat(AttributeRenderer.Render(parameter, existing, assembly)
            .Concat(descriptions.OfParameter(parameter.Name, existing))
            .Select(attribute => attribute + " "));
        var modifier = parameter.IsParams ? "params " : "";
        var (optional, defaultValue) = DefaultOf(parameter);
        var name = TypeNames.Escape(parameter.Name);
        return new ParameterModel(
            $"{optional}{attributes}{modifier}{TypeNames.Of(parameter.Type)} {name}{defaultValue}",
            name,
            TypeNames.Plain(parameter.Type),
            parameter.Type.TypeKind == TypeKind.Dynamic);
    }

    /// <summary>Written as the language has it; as attributes where it has none for it, before a parameter without a default.</summary>
    private static (string Attributes, string Value) DefaultOf(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
        {
            return ("", "");
        }

        var value = LiteralRenderer.Default(parameter);
        var isLast = ((IMethodSymbol)parameter.ContainingSymbol).Parameters.Skip(parameter.Ordinal).All(other => other.HasExplicitDefaultValue || other.IsParams);
        var argument = parameter.ExplicitDefaultValue is null ? "null" : value;
        return isLast ? ("", $" = {value}") : ($"[{Interop}.Optional, {Interop}.DefaultParameterValue({argument})] ", "");
    }
}
