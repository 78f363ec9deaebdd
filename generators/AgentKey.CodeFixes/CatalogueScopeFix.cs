using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.CodeFixes;

/// <summary>Adds a scope to the catalogue (AK0011). One at a time: all of them at once would be no catalogue.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CatalogueScopeFix)), Shared]
public sealed class CatalogueScopeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.UncataloguedScope.Id);

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics.Where(diagnostic => diagnostic.Properties.ContainsKey(FixData.Scope)))
        {
            var scope = diagnostic.Properties[FixData.Scope]!;
            context.RegisterCodeFix(
                CodeAction.Create($"Add \"{scope}\" to the catalogue", token => AddAsync(context.Document.Project, scope, token), nameof(CatalogueScopeFix)),
                diagnostic);
        }

        return Task.CompletedTask;
    }

    private static async Task<Solution> AddAsync(Project project, string scope, CancellationToken cancellationToken)
    {
        var compilation = await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false);
        var catalogue = compilation!.Assembly.GetAttributes()
            .First(attribute => attribute.AttributeClass?.ToDisplayString() == RuleNames.AgentScopesAttribute)
            .ApplicationSyntaxReference!;
        var attribute = (AttributeSyntax)await catalogue.GetSyntaxAsync(cancellationToken).ConfigureAwait(false);
        var document = project.GetDocument(catalogue.SyntaxTree)!;
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var entry = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(scope));
        var grown = attribute.AddArgumentListArguments(SyntaxFactory.AttributeArgument(entry));
        return document.WithSyntaxRoot(root!.ReplaceNode(attribute, grown)).Project.Solution;
    }
}
