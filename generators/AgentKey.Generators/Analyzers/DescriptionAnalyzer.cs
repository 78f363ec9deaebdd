using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Finds documentation that a person wrote for a tool, and that its model never sees.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DescriptionAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.LostDocumentation);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        if (context.Compilation.GetTypeByMetadataName(WellKnownNames.DescriptionAttribute) is { } description)
        {
            RegisterMethods(context, symbol => Check(symbol, types, description));
        }
    }

    private static void Check(SymbolAnalysisContext context, KnownTypes types, INamedTypeSymbol description)
    {
        var method = (IMethodSymbol)context.Symbol;
        if (types.Tag(method) is null || KnownTypes.Attribute(method, description) is not null || IsDescribedByMcp(method, types, context.CancellationToken))
        {
            return;
        }

        if (IsDocumented(method, context.CancellationToken) || (method.PartialImplementationPart is { } work && IsDocumented(work, context.CancellationToken)))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.LostDocumentation, method.Locations[0], method.Name));
        }
    }

    private static bool IsDocumented(IMethodSymbol method, CancellationToken cancellationToken) => ToolDocumentation.Of(method, cancellationToken)?.Summary is not null;

    /// <summary>Of a partial MCP tool, the documentation becomes the description.</summary>
    private static bool IsDescribedByMcp(IMethodSymbol method, KnownTypes types, CancellationToken cancellationToken) =>
        KnownTypes.Attribute(method, types.McpServerTool) is not null
        && method.DeclaringSyntaxReferences.Any(reference =>
            reference.GetSyntax(cancellationToken) is MethodDeclarationSyntax declaration
            && declaration.Modifiers.Any(modifier => modifier.ValueText == "partial"));
}
