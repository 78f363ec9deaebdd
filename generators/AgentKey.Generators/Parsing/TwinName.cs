using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>What the twin of a class is named, and which names are no longer free then.</summary>
internal static class TwinName
{
    private static readonly SymbolDisplayFormat Unescaped =
        SymbolDisplayFormat.CSharpErrorMessageFormat.RemoveMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    public static string Of(INamedTypeSymbol raw)
    {
        var name = "";
        for (var current = raw; current is not null; current = current.ContainingType)
        {
            name = current.Name + name;
        }

        return "Guarded" + name;
    }

    public static string MetadataName(INamedTypeSymbol raw) => raw.ContainingNamespace.IsGlobalNamespace
        ? Of(raw)
        : $"{raw.ContainingNamespace.ToDisplayString(Unescaped)}.{Of(raw)}";

    /// <summary>Whether a person has declared a type of the twin's name, or the twin of a class that stands elsewhere has it.</summary>
    public static bool IsTaken(INamedTypeSymbol raw) =>
        (raw.ContainingAssembly.GetTypeByMetadataName(MetadataName(raw)) is { } type && !type.GetAttributes().Any(IsOfGenerator))
        || (raw.ContainingType is not null && Namesakes(raw.ContainingNamespace, Of(raw).Substring("Guarded".Length))
            .Any(other => !SymbolEqualityComparer.Default.Equals(other, raw) && InheritedTools.HasAny(other)));

    /// <summary>The types whose names, written one after the other from the outermost, come to the name.</summary>
    private static IEnumerable<INamedTypeSymbol> Namesakes(INamespaceOrTypeSymbol home, string name) => home.GetTypeMembers()
        .Where(type => name.StartsWith(type.Name, StringComparison.Ordinal))
        .SelectMany(type => type.Name == name ? [type] : Namesakes(type, name.Substring(type.Name.Length)));

    /// <summary>Whether the twin would hide what every object has. Two forms of it differ in what they return, so it could override nothing.</summary>
    public static bool HidesObject(IMethodSymbol method)
    {
        var top = method.ContainingType;
        while (top.BaseType is { } below)
        {
            top = below;
        }

        return top.SpecialType == SpecialType.System_Object && top.GetMembers(method.Name).OfType<IMethodSymbol>().Any(member =>
            TypesOf(member).SequenceEqual(TypesOf(method), SymbolEqualityComparer.Default));
    }

    private static IEnumerable<ISymbol> TypesOf(IMethodSymbol method) => method.Parameters.Select(parameter => parameter.Type);

    private static bool IsOfGenerator(AttributeData attribute) =>
        TypeNames.Is(attribute.AttributeClass, WellKnownNames.GeneratedCodeAttribute)
        && attribute.ConstructorArguments.FirstOrDefault().Value is WellKnownNames.Generator;
}
