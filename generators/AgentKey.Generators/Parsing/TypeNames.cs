using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Parsing;

/// <summary>How types and names are written in generated code: with <c>global::</c>, and with their nullable annotations.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat Annotated = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Metadata =
        SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary>An identifier as an async method can say it.</summary>
    public static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || name == "await" ? "@" + name : name;

    public static string Of(ITypeSymbol type) => type.ToDisplayString(Annotated);

    /// <summary>As <c>typeof</c> takes it: without annotations.</summary>
    public static string Plain(ITypeSymbol type) => type.TypeKind == TypeKind.Dynamic ? "object" : type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    public static string MetadataName(ITypeSymbol? type) => type?.OriginalDefinition.ToDisplayString(Metadata) ?? "";

    /// <summary>Whether it is the type of this metadata name. Most are not, and their simple names tell it at no cost.</summary>
    public static bool Is(ITypeSymbol? type, string metadataName) =>
        type is { Name.Length: > 0 } && metadataName.IndexOf(type.Name, StringComparison.Ordinal) >= 0 && MetadataName(type) == metadataName;
}
