using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Copies attributes from symbols, so that usings, aliases and constants of the user's file do not matter.</summary>
internal static class AttributeRenderer
{
    public static IEnumerable<string> Render(IEnumerable<AttributeData> attributes, IAssemblySymbol assembly, string target = "") =>
        attributes.Where(attribute => IsCopied(attribute, assembly)).Select(attribute => $"[{target}{RenderOne(attribute)}]");

    /// <summary>Leaves out what says the same as the default value that is written beside it: the compiler allows one form only.</summary>
    public static IEnumerable<string> Render(IParameterSymbol parameter, IEnumerable<AttributeData> attributes, IAssemblySymbol assembly) =>
        Render(attributes.Where(attribute => !parameter.HasExplicitDefaultValue || !IsDefaultValue(attribute)), assembly);

    private static bool IsDefaultValue(AttributeData attribute) => TypeNames.MetadataName(attribute.AttributeClass)
        is "System.Runtime.InteropServices.OptionalAttribute" or "System.Runtime.InteropServices.DefaultParameterValueAttribute";

    private static bool IsCopied(AttributeData attribute, IAssemblySymbol assembly)
    {
        if (attribute.AttributeClass is not { TypeKind: TypeKind.Class } type)
        {
            return false;
        }

        var home = type.ContainingNamespace.ToDisplayString();
        var isForCompiler = home is "System.Runtime.CompilerServices" or "System.Diagnostics" or "System.CodeDom.Compiler";
        return !isForCompiler && IsVisible(type, assembly);
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
