using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>Finds the tools of a compilation: tagged methods, and those that classes inherit, perhaps from another assembly.</summary>
internal sealed class ToolFinder
{
    private readonly Compilation _compilation;
    private readonly Dictionary<INamedTypeSymbol, ToolClassHeader?> _headers = new(SymbolEqualityComparer.Default);

    private ToolFinder(Compilation compilation) => _compilation = compilation;

    public static EquatableArray<ToolModel> Find(Compilation compilation, CancellationToken cancellationToken) =>
        compilation.GetTypeByMetadataName(WellKnownNames.AgentScopeAttribute) is null
            ? default
            : new(new ToolFinder(compilation).FindAll(cancellationToken));

    private IEnumerable<ToolModel> FindAll(CancellationToken cancellationToken)
    {
        var isRenamed = _compilation.SyntaxTrees.Any(tree => TagSyntax.IsRenamedIn(tree, cancellationToken));
        foreach (var tree in _compilation.SyntaxTrees)
        {
            SemanticModel? model = null;
            foreach (var candidate in TagSyntax.CandidatesIn(tree, isRenamed, cancellationToken))
            {
                cancellationToken.ThrowIfCancellationRequested();
                model ??= _compilation.GetSemanticModel(tree);
                foreach (var tool in ToolsOf(model.GetDeclaredSymbol(candidate, cancellationToken)))
                {
                    yield return tool;
                }
            }
        }
    }

    private IEnumerable<ToolModel> ToolsOf(ISymbol? symbol) => symbol switch
    {
        // Only the defining part of a partial method carries the defaults.
        IMethodSymbol method => Models(method.ContainingType, [method.PartialDefinitionPart ?? method]),
        INamedTypeSymbol type => Models(type, InheritedTools.Of(type)),
        _ => [],
    };

    /// <summary>
    /// What cannot be guarded yields nothing: without a twin it cannot be registered, so it cannot be reached for free.
    /// </summary>
    private IEnumerable<ToolModel> Models(INamedTypeSymbol type, IEnumerable<IMethodSymbol> methods)
    {
        foreach (var method in methods)
        {
            if (HeaderOf(type) is { } header && MethodParser.Parse(method, type, _compilation) is { } tool)
            {
                yield return new ToolModel(header, tool);
            }
        }
    }

    private ToolClassHeader? HeaderOf(INamedTypeSymbol type)
    {
        if (!_headers.TryGetValue(type, out var header))
        {
            header = ClassParser.Parse(type, _compilation);
            _headers.Add(type, header);
        }

        return header;
    }
}
