using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Copies attributes from symbols, so that usings, aliases and constants of the user's file do not matter.</summary>
internal static class AttributeRenderer
{
    public static IEnumerable<string> Render(IEnumerable<AttributeData> attributes, IAssemblySymbol assembly, string target = "", RawName? name = null) =>
        attributes.Where(attribute => IsCopied(attribute, assembly)).Select(attribute => $"[{target}{RenderOne(attribute, name?.ArgumentOf(attribute))}]");

    /// <summary>Leaves out what says the same as the default value that is written beside it: the compiler allows one form only.</summary>
    public static IEnumerable<string> Render(IParameterSymbol parameter, IEnumerable<AttributeData> attributes, IAssemblySymbol assembly) =>
        Render(attributes.Where(attribute => !parameter.HasExplicitDefaultValue || !IsDefaultValue(attribute)), assembly);

    /// <summary>Whether the twin can say all that these say: what only the user's class or file can name, it cannot.</summary>
    public static bool CanRepeat(IEnumerable<AttributeData> attributes, IAssemblySymbol assembly) => attributes
        .Where(attribute => IsCopied(attribute, assembly))
        .SelectMany(attribute => attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(argument => argument.Value)))
        .All(argument => CanRepeat(argument, assembly));

    /// <summary>The same of all that the twin repeats for a tool of its class.</summary>
    public static bool CanRepeat(IMethodSymbol method, INamedTypeSymbol type) => new[]
    {
        type.GetAttributes(),
        ToolAttributes.Of(method).All,
        ToolAttributes.OfReturn(method).All,
        method.Parameters.SelectMany(parameter => ToolAttributes.Of(parameter).All),
    }.All(attributes => CanRepeat(attributes, type.ContainingAssembly));

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
        return !isForCompiler
            && !TypeNames.Is(type, WellKnownNames.AgentGuardedAttribute)
            && Nameable.CanName(type, assembly)
            && (IsPublic(type) || SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, assembly))
            && (attribute.AttributeConstructor is null || Nameable.CanSee(attribute.AttributeConstructor, assembly));
    }

    // An internal attribute of a friend may have a namesake here.
    private static bool IsPublic(INamedTypeSymbol? type) =>
        type is null || (type.DeclaredAccessibility == Accessibility.Public && IsPublic(type.ContainingType));

    private static bool CanRepeat(TypedConstant argument, IAssemblySymbol assembly) => argument switch
    {
        { IsNull: true } => Nameable.CanName(argument.Type, assembly),
        { Kind: TypedConstantKind.Array } => Nameable.CanName(argument.Type, assembly) && argument.Values.All(value => CanRepeat(value, assembly)),
        { Kind: TypedConstantKind.Type } => Nameable.CanName((ITypeSymbol)argument.Value!, assembly),
        _ => Nameable.CanName(argument.Type, assembly),
    };

    /// <param name="attribute">What is copied.</param>
    /// <param name="toolName">An argument that names the tool, in place of one that leaves it open.</param>
    private static string RenderOne(AttributeData attribute, string? toolName)
    {
        var positional = toolName is null ? attribute.ConstructorArguments.Select(LiteralRenderer.Argument) : [toolName];
        var arguments = positional
            .Concat(attribute.NamedArguments
                .Where(argument => toolName is null || argument.Key != "Name")
                .Select(argument => $"{argument.Key} = {LiteralRenderer.Argument(argument.Value)}"))
            .ToArray();
        var name = attribute.AttributeClass!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        return arguments.Length == 0 ? name : $"{name}({string.Join(", ", arguments)})";
    }
}
