using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>Knows which classes hold tools that do not charge by themselves, in whatever assembly they are.</summary>
internal sealed class RawTools(KnownTypes types)
{
    private const string McpTypeAttribute = "ModelContextProtocol.Server.McpServer";

    private readonly ConcurrentDictionary<INamedTypeSymbol, bool> _known = new(SymbolEqualityComparer.Default);

    public bool Contains(ITypeSymbol? type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface } named && _known.GetOrAdd(named, HasRawTool);

    public bool Contains(IMethodSymbol method) => types.IsRawTool(method);

    public bool IsScoped(IMethodSymbol lambda) => types.Scope(lambda) is not null;

    /// <summary>The classes that MCP finds when it looks through an assembly.</summary>
    public IEnumerable<INamedTypeSymbol> ServedFrom(IAssemblySymbol assembly) =>
        TypesOf(assembly.GlobalNamespace).Where(type => IsServed(type) && Contains(type));

    private bool HasRawTool(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers().OfType<IMethodSymbol>().Any(types.IsRawTool))
            {
                return true;
            }
        }

        return false;
    }

    // [McpServerToolType], [McpServerPromptType] and [McpServerResourceType].
    private static bool IsServed(INamedTypeSymbol type) => type.GetAttributes().Any(attribute =>
        attribute.AttributeClass?.ToDisplayString() is { } name
        && name.StartsWith(McpTypeAttribute, StringComparison.Ordinal)
        && name.EndsWith("TypeAttribute", StringComparison.Ordinal));

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol home) => home.GetMembers().SelectMany(member => member switch
    {
        INamedTypeSymbol type => TypesOf(type).Prepend(type),
        INamespaceSymbol inner => TypesOf(inner),
        _ => [],
    });
}
