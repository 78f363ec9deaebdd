using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Analyzers;

/// <summary>The types that rules ask for, resolved once for each compilation. What is not referenced is null.</summary>
internal sealed class KnownTypes
{
    private readonly INamedTypeSymbol _scope;
    private readonly INamedTypeSymbol? _guarded;
    private readonly INamedTypeSymbol? _public;

    private KnownTypes(Compilation compilation, INamedTypeSymbol scope)
    {
        Compilation = compilation;
        _scope = scope;
        _guarded = compilation.GetTypeByMetadataName(WellKnownNames.AgentGuardedAttribute);
        _public = compilation.GetTypeByMetadataName(WellKnownNames.AgentPublicAttribute);
        CostAttribute = compilation.GetTypeByMetadataName(WellKnownNames.CostAttribute);
        McpServerTool = compilation.GetTypeByMetadataName(WellKnownNames.McpServerToolAttribute);
        Offers = RuleNames.Offers.Select(compilation.GetTypeByMetadataName).OfType<INamedTypeSymbol>().ToImmutableArray();
        KernelFunction = compilation.GetTypeByMetadataName(WellKnownNames.KernelFunctionAttribute);
        CancellationToken = compilation.GetTypeByMetadataName(WellKnownNames.CancellationToken);
        AsyncEnumerable = compilation.GetTypeByMetadataName("System.Collections.Generic.IAsyncEnumerable`1");
    }

    public Compilation Compilation { get; }

    public INamedTypeSymbol? CostAttribute { get; }

    public INamedTypeSymbol? McpServerTool { get; }

    /// <summary>The attributes by which frameworks offer a method to agents.</summary>
    public ImmutableArray<INamedTypeSymbol> Offers { get; }

    public INamedTypeSymbol? KernelFunction { get; }

    public INamedTypeSymbol? CancellationToken { get; }

    public INamedTypeSymbol? AsyncEnumerable { get; }

    public static KnownTypes? Find(Compilation compilation) =>
        compilation.GetTypeByMetadataName(WellKnownNames.AgentScopeAttribute) is { } scope ? new KnownTypes(compilation, scope) : null;

    public AttributeData? Scope(ISymbol method) => Attribute(method, _scope);

    public AttributeData? Cost(ISymbol method) => Attribute(method, CostAttribute);

    public AttributeData? Guarded(ISymbol method) => Attribute(method, _guarded);

    public AttributeData? Public(ISymbol method) => Attribute(method, _public);

    /// <summary>What makes the method a tool that gets a guarded twin.</summary>
    public AttributeData? Tag(ISymbol method) => Scope(method) ?? Public(method);

    /// <summary>Whether the method stands in the user's own words and not in a twin, so that it charges nobody.</summary>
    public bool IsRawTool(IMethodSymbol method) => Find(method, Tag) is not null && Guarded(method) is null;

    /// <summary>The scope on the method or, as the attribute is inherited, on what it overrides.</summary>
    public AttributeData? FindScope(IMethodSymbol method) => Find(method, Scope);

    /// <summary>The same for what makes it a tool at all.</summary>
    public AttributeData? FindTag(IMethodSymbol method) => Find(method, Tag);

    /// <summary>By what a framework offers the method to agents; null for what none offers.</summary>
    public AttributeData? FindOffer(IMethodSymbol method) =>
        Offers.Select(type => Attribute(method, type)).FirstOrDefault(attribute => attribute is not null);

    public static AttributeData? Attribute(ISymbol symbol, INamedTypeSymbol? type) => type is null
        ? null
        : symbol.GetAttributes().FirstOrDefault(attribute => SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, type));

    /// <summary>Whether the type is, or implements, a stream of values.</summary>
    public bool IsStream(ITypeSymbol type) =>
        IsStreamItself(type) || type.AllInterfaces.Any(IsStreamItself);

    private static AttributeData? Find(IMethodSymbol method, Func<ISymbol, AttributeData?> attribute)
    {
        for (var current = method; current is not null; current = current.OverriddenMethod)
        {
            if (attribute(current) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private bool IsStreamItself(ITypeSymbol type) => SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, AsyncEnumerable);
}
