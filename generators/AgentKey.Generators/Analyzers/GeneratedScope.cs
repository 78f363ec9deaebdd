using AgentKey.Generators.Emission;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>
/// A tag that names its scope by a generated constant: the generator, which makes the constant of tags, cannot read it
/// and writes no twin.
/// </summary>
internal sealed class GeneratedScope
{
    private readonly Compilation _compilation;
    private readonly HashSet<ISymbol> _seen = new(SymbolEqualityComparer.Default);

    private GeneratedScope(Compilation compilation) => _compilation = compilation;

    public static void Report(SyntaxNodeAnalysisContext context)
    {
        var attribute = (AttributeSyntax)context.Node;
        if (attribute.ArgumentList?.Arguments.FirstOrDefault()?.Expression is { } scope
            && TypeNames.Is(context.SemanticModel.GetTypeInfo(attribute, context.CancellationToken).Type, WellKnownNames.AgentScopeAttribute)
            && context.SemanticModel.GetConstantValue(scope, context.CancellationToken) is { Value: string text }
            && new GeneratedScope(context.Compilation).IsMadeOfTags(scope, context.SemanticModel, context.CancellationToken))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.MalformedScope,
                scope.GetLocation(),
                FixData.Of(FixData.Replacement, text),
                text,
                $"comes from {ScopesEmitter.Name}, which is made of the tags themselves"));
        }
    }

    /// <summary>Whether a generated constant is in it, or in a constant that is.</summary>
    private bool IsMadeOfTags(ExpressionSyntax value, SemanticModel model, CancellationToken cancellationToken) => value
        .DescendantNodesAndSelf()
        .OfType<SimpleNameSyntax>()
        .Select(name => model.GetSymbolInfo(name, cancellationToken).Symbol)
        .OfType<IFieldSymbol>()
        .Any(constant => constant.IsConst && _seen.Add(constant) && IsOwn(constant) && (IsGenerated(constant) || IsMadeOfTags(constant, cancellationToken)));

    // What another project made is finished. In an editor it has a tree all the same, which this compilation has no model of.
    private bool IsOwn(IFieldSymbol constant) => SymbolEqualityComparer.Default.Equals(constant.ContainingAssembly, _compilation.Assembly);

    private bool IsMadeOfTags(IFieldSymbol constant, CancellationToken cancellationToken) => constant.DeclaringSyntaxReferences.Any(reference =>
        reference.GetSyntax(cancellationToken) is VariableDeclaratorSyntax { Initializer.Value: { } value }
        && IsMadeOfTags(value, ModelOf(value.SyntaxTree), cancellationToken));

    private static bool IsGenerated(IFieldSymbol constant) =>
        constant.ContainingType is { Name: ScopesEmitter.Name } type && type.ContainingNamespace.ToDisplayString() == RegistrationFile.Agents;

    // The constant may stand in any file, and few tags name one.
#pragma warning disable RS1030
    private SemanticModel ModelOf(SyntaxTree tree) => _compilation.GetSemanticModel(tree);
#pragma warning restore RS1030
}
