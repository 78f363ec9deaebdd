using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>How types are written in generated code: with <c>global::</c>, and with their nullable annotations.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat Annotated = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    public static string Of(ITypeSymbol type) => type.ToDisplayString(Annotated);

    public static string MetadataName(ITypeSymbol? type) =>
        type?.OriginalDefinition.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted)) ?? "";
}
