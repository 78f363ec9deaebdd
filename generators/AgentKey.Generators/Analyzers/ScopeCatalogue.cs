using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>The scopes that an assembly declares with <c>[assembly: AgentScopes(…)]</c>.</summary>
internal sealed class ScopeCatalogue
{
    private readonly ImmutableArray<AttributeData> _attributes;
    private readonly ImmutableHashSet<string> _scopes;

    private ScopeCatalogue(ImmutableArray<AttributeData> attributes)
    {
        _attributes = attributes;
        _scopes = attributes.SelectMany(attribute => Entries(attribute)).Select(entry => entry.Value).OfType<string>().ToImmutableHashSet(StringComparer.Ordinal);
    }

    /// <summary>Null for an assembly without a catalogue, which may use any scope.</summary>
    public static ScopeCatalogue? Read(Compilation compilation)
    {
        if (compilation.GetTypeByMetadataName(RuleNames.AgentScopesAttribute) is not { } type)
        {
            return null;
        }

        var attributes = compilation.Assembly.GetAttributes()
            .Where(attribute => SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, type))
            .ToImmutableArray();
        return attributes.IsEmpty ? null : new ScopeCatalogue(attributes);
    }

    public bool Contains(string scope) => _scopes.Contains(scope);

    public string? Nearest(string scope) => NearestName.Of(scope, _scopes);

    /// <summary>A catalogue that holds what no tool can require would only hide a slip.</summary>
    public void ReportMalformed(SemanticModelAnalysisContext context)
    {
        foreach (var attribute in _attributes.Where(attribute => attribute.ApplicationSyntaxReference?.SyntaxTree == context.SemanticModel.SyntaxTree))
        {
            var entries = Entries(attribute);
            for (var i = 0; i < entries.Length; i++)
            {
                var scope = entries[i].Value as string;
                if (ScopeText.FindProblem(scope) is { } problem)
                {
                    var data = FixData.Of(FixData.Replacement, ScopeText.Normalise(scope));
                    context.ReportDiagnostic(Diagnostic.Create(
                        Rules.MalformedScope, attribute.ArgumentLocation(i, context.CancellationToken), data, scope, problem));
                }
            }
        }
    }

    private static ImmutableArray<TypedConstant> Entries(AttributeData attribute) =>
        attribute.ConstructorArguments is [{ Kind: TypedConstantKind.Array, IsNull: false } scopes] ? scopes.Values : ImmutableArray<TypedConstant>.Empty;
}
