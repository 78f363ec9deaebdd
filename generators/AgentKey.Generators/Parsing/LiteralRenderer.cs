using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Parsing;

/// <summary>Writes constants as C# that yields exactly the same value.</summary>
internal static class LiteralRenderer
{
    /// <summary>A parameter's default value.</summary>
    public static string Default(IParameterSymbol parameter)
    {
        var type = parameter.Type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable
            ? nullable.TypeArguments[0]
            : parameter.Type;
        return parameter.ExplicitDefaultValue is { } value ? Typed(value, type) : "default";
    }

    /// <summary>An argument of an attribute.</summary>
    public static string Argument(TypedConstant constant) => constant switch
    {
        // Typed, because an attribute may have constructors that differ only in what the null is.
        { IsNull: true } => $"default({constant.Type!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})",
        { Kind: TypedConstantKind.Array } =>
            $"new {TypeNames.Of(constant.Type!)} {{ {string.Join(", ", constant.Values.Select(Argument))} }}",
        { Kind: TypedConstantKind.Type } =>
            $"typeof({((ITypeSymbol)constant.Value!).ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})",
        _ => Typed(constant.Value!, constant.Type!),
    };

    private static string Typed(object value, ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum ? OfEnum(value, type) : Plain(value);

    private static string OfEnum(object value, ITypeSymbol type)
    {
        var name = type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        var member = type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => field.HasConstantValue && field.ConstantValue.Equals(value) && IsFreeToUse(field));
        return member is null ? $"({name})({Convert.ToString(value, CultureInfo.InvariantCulture)})" : $"{name}.{TypeNames.Escape(member.Name)}";
    }

    // Several members may have one value, and nobody wrote the one that the compiler complains of.
    private static bool IsFreeToUse(IFieldSymbol member) => !member.GetAttributes().Any(attribute =>
        TypeNames.Is(attribute.AttributeClass, WellKnownNames.ObsoleteAttribute) || TypeNames.Is(attribute.AttributeClass, WellKnownNames.ExperimentalAttribute));

    private static string Plain(object value) => value switch
    {
        string text => SymbolDisplay.FormatLiteral(text, quote: true),
        char character => SymbolDisplay.FormatLiteral(character, quote: true),
        bool flag => flag ? "true" : "false",
        float number => Floating(number, float.IsNaN(number), float.IsInfinity(number), "float", number.ToString("R", CultureInfo.InvariantCulture) + "F"),
        double number => Floating(number, double.IsNaN(number), double.IsInfinity(number), "double", number.ToString("R", CultureInfo.InvariantCulture) + "D"),
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
        long number => number.ToString(CultureInfo.InvariantCulture) + "L",
        ulong number => number.ToString(CultureInfo.InvariantCulture) + "UL",
        uint number => number.ToString(CultureInfo.InvariantCulture) + "U",
        sbyte or byte or short or ushort => $"({TypeKeyword(value)})({Convert.ToString(value, CultureInfo.InvariantCulture)})",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Floating(double number, bool isNaN, bool isInfinity, string keyword, string literal)
    {
        if (isNaN)
        {
            return keyword + ".NaN";
        }

        return isInfinity ? keyword + (number > 0 ? ".PositiveInfinity" : ".NegativeInfinity") : literal;
    }

    private static string TypeKeyword(object value) => value switch
    {
        sbyte => "sbyte",
        byte => "byte",
        short => "short",
        _ => "ushort",
    };
}
