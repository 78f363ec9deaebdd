using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Copies attributes from symbols, so that usings, aliases and constants of the user's file do not matter.</summary>
internal static class AttributeRenderer
{
    public static IEnumerable<string> Render(IEnumerable<AttributeData> attributes, IAssemblySymbol assembly, string target = "") =>
        attributes.Where(attribute => IsCopied(attribute, assembly)).Select(attribute => $"[{target}{RenderOne(attribute)}]");

    private static bool IsCopied(AttributeData attribute, IAssemblySymbol assembly)
    {
        if (attribute.AttributeClass is not { TypeKind: TypeKind.Class } type)
        {
            return false;
        }

        var home = type.ContainingNamespace.ToDisplayString();
        var isForCompilerOrDebugger = home == "System.Runtime.CompilerServices" || home == "System.Diagnostics";
        return !isForCompilerOrDebugger && IsVisible(type, assembly);
    }

    private static bool IsVisible(INamedTypeSymbol type, IAssemblySymbol assembly)
    {
        for (var current = type; current is not null; current = current.ContainingType)
        {
            var isVisible = current.DeclaredAccessibility == Accessibility.Public
                || (current.DeclaredAccessibility is Accessibility.Internal or Accessibility.ProtectedOrInternal
                    && SymbolEqualityComparer.Default.Equals(current.ContainingAssembly, assembly));
            if (!isVisible)
            {
                return false;
            }
        }

        return true;
    }

    private static string RenderOne(AttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments.Select(LiteralRenderer.Argument)
            .Concat(attribute.NamedArguments.Select(argument => $"{argument.Key} = {LiteralRenderer.Argument(argument.Value)}"))
            .ToArray();
        var name = attribute.AttributeClass!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return arguments.Length == 0 ? name : $"{name}({string.Join(", ", arguments)})";
    }
}
