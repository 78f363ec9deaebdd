using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// Tools that a class has from the classes below it: a framework that registers the class finds them, so its twin has
/// them, too.
/// </summary>
internal static class InheritedTools
{
    public static bool IsCandidate(SyntaxNode node) =>
        node is TypeDeclarationSyntax { BaseList: not null } type
        && (type is ClassDeclarationSyntax || type.IsKind(SyntaxKind.RecordDeclaration))
        && !type.Modifiers.Any(SyntaxKind.AbstractKeyword)
        && !type.Modifiers.Any(SyntaxKind.StaticKeyword);

    /// <summary>Nothing for a class that inherits no tag.</summary>
    public static IEnumerable<IMethodSymbol> Of(INamedTypeSymbol type) =>
        type.BaseType is { SpecialType: SpecialType.None } && InheritsTag(type) ? MethodsOf(type) : [];

    /// <summary>Whether the class has a tag, be it inherited.</summary>
    public static bool HasAny(INamedTypeSymbol type) => IsTagged(type) || InheritsTag(type);

    private static bool IsTagged(INamedTypeSymbol type) =>
        type.GetMembers().Any(member => member is IMethodSymbol { MethodKind: MethodKind.Ordinary } && member.GetAttributes().Any(IsTag));

    /// <summary>Most classes with a base class have nothing to do with tools, and are asked at every keystroke.</summary>
    private static bool InheritsTag(INamedTypeSymbol type)
    {
        for (var current = type.BaseType; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            if (MayTag(current.ContainingAssembly, type.ContainingAssembly) && IsTagged(current))
            {
                return true;
            }
        }

        return false;
    }

    private static bool MayTag(IAssemblySymbol assembly, IAssemblySymbol own) =>
        SymbolEqualityComparer.Default.Equals(assembly, own)
        || assembly.Modules.Any(module => module.ReferencedAssemblies.Any(reference => reference.Name == WellKnownNames.AttributesAssembly));

    /// <summary>Inherited methods, and overrides whose tag is inherited; nothing that is overridden or hidden further up.</summary>
    private static IEnumerable<IMethodSymbol> MethodsOf(INamedTypeSymbol type)
    {
        var nearer = new HashSet<string>(StringComparer.Ordinal);
        for (var current = type; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            foreach (var method in current.GetMembers().OfType<IMethodSymbol>().Where(member => member.MethodKind == MethodKind.Ordinary).ToList())
            {
                var isNearest = nearer.Add(Signature(method));
                if (isNearest && !IsFoundByItsOwnTag(method, type))
                {
                    yield return method;
                }
            }
        }
    }

    private static bool IsFoundByItsOwnTag(IMethodSymbol method, INamedTypeSymbol type) =>
        SymbolEqualityComparer.Default.Equals(method.ContainingType, type)
        && (method.OverriddenMethod is null || method.GetAttributes().Any(IsTag));

    private static bool IsTag(AttributeData attribute) =>
        TypeNames.Is(attribute.AttributeClass, WellKnownNames.AgentScopeAttribute) || TypeNames.Is(attribute.AttributeClass, WellKnownNames.AgentPublicAttribute);

    private static string Signature(IMethodSymbol method) =>
        $"{method.Name}`{method.Arity}({string.Join(",", method.Parameters.Select(parameter => $"{parameter.RefKind} {TypeNames.Plain(parameter.Type)}"))})";
}
