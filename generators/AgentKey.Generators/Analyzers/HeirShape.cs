using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>What the shape of a class must be for its twin to have the tools that it inherits.</summary>
internal static class HeirShape
{
    /// <summary>The inherited tools that there is nothing wrong with: what there is, is reported where they are declared.</summary>
    public static IEnumerable<IMethodSymbol> ToolsOf(INamedTypeSymbol type, KnownTypes types) => type is { TypeKind: TypeKind.Class, IsAbstract: false }
        ? InheritedTools.Of(type).Where(tool => types.FindTag(tool) is not null && ToolShape.FindBarrier(tool) is null && FindRefusal(tool.OriginalDefinition) is null)
        : [];

    /// <summary>Why the twin lacks the tool, which the twin of the tool's own class has, and what to do.</summary>
    public static (string Problem, string Advice)? FindLoss(IMethodSymbol tool, INamedTypeSymbol type, KnownTypes types, bool chargesEndpoints)
    {
        var loss = ToolShape.IsServed(tool, type)
            ? FindHost(tool, type, types, chargesEndpoints)
            : FindNameless(type) ?? ToolShape.FindRefusal(tool, type) ?? FindForeign(tool, type, types.Compilation);
        return loss is { } found ? ($"inherits '{tool.Name}' and {found.Problem}", found.Advice) : null;
    }

    private static (string Problem, string Advice)? FindRefusal(IMethodSymbol declared) => ToolShape.FindRefusal(declared, declared.ContainingType);

    private static (string Problem, string Advice)? FindHost(IMethodSymbol tool, INamedTypeSymbol type, KnownTypes types, bool chargesEndpoints) =>
        types.FindScope(tool) is null || ToolShape.IsServed(tool, tool.ContainingType) ? null : ToolShape.FindHost(tool, type, types, chargesEndpoints);

    private static (string Problem, string Advice)? FindNameless(INamedTypeSymbol type)
    {
        if (ToolShape.FindNamelessType(type) is { } nameless)
        {
            return (nameless, "make that public or internal");
        }

        return AttributeRenderer.CanRepeat(type.GetAttributes(), type.ContainingAssembly)
            ? null
            : ("has an attribute whose argument only its own class or file can name", "make what it names public or internal");
    }

    private static (string Problem, string Advice)? FindForeign(IMethodSymbol tool, INamedTypeSymbol type, Compilation compilation) =>
        SymbolEqualityComparer.Default.Equals(tool.ContainingAssembly, type.ContainingAssembly) || MethodParser.Parse(tool, type, compilation) is not null
            ? null
            : ("cannot name all that belongs to it", $"make the tool, its price rule and what its attributes name public in '{tool.ContainingAssembly.Name}'");
}
