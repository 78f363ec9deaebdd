using System.Globalization;
using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Describes one parameter of a tool.</summary>
internal static class ParameterParser
{
    private const string Interop = "global::System.Runtime.InteropServices";
    private const string Compiler = "global::System.Runtime.CompilerServices";

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

    /// <summary>Written as the language has it; as attributes where it has none for it: for a date, and before a parameter without a default.</summary>
    private static (string Attributes, string Value) DefaultOf(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
        {
            return ("", "");
        }

        var isLast = ((IMethodSymbol)parameter.ContainingSymbol).Parameters.Skip(parameter.Ordinal).All(other => HasLiteral(other) || other.IsParams);
        return isLast ? ("", $" = {LiteralRenderer.Default(parameter)}") : ($"[{Interop}.Optional, {Constant(parameter)}] ", "");
    }

    private static bool HasLiteral(IParameterSymbol parameter) => parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: not DateTime };

    private static string Constant(IParameterSymbol parameter) => parameter.ExplicitDefaultValue switch
    {
        null => $"{Interop}.DefaultParameterValue(null)",
        DateTime date => $"{Compiler}.DateTimeConstant({date.Ticks.ToString(CultureInfo.InvariantCulture)}L)",
        decimal number => $"{Compiler}.DecimalConstant({Parts(number)})",
        _ => $"{Interop}.DefaultParameterValue({LiteralRenderer.Default(parameter)})",
    };

    private static string Parts(decimal number)
    {
        var bits = decimal.GetBits(number);
        var scale = (bits[3] >> 16) & 0xFF;
        var sign = bits[3] < 0 ? 128 : 0;
        return string.Join(", ", new long[] { scale, sign }.Select(part => part.ToString(CultureInfo.InvariantCulture))
            .Concat(new[] { bits[2], bits[1], bits[0] }.Select(part => unchecked((uint)part).ToString(CultureInfo.InvariantCulture) + "U")));
    }
}
