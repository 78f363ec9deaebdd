using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.CodeFixes;

/// <summary>Removes a tag that says what is not so (AK0021, AK0022). What stays needs a key, so nothing becomes free.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveTagFix)), Shared]
public sealed class RemoveTagFix : AgentKeyCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create(Rules.HandWrittenGuard.Id, Rules.FreeAndGuarded.Id);

    private protected override Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<AttributeSyntax>() is { Parent: AttributeListSyntax { Parent: { } member } list } attribute)
        {
            Offer(context, diagnostic, $"Remove [{attribute.Name}]", nameof(RemoveTagFix), async cancellationToken =>
            {
                var root = await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
                SyntaxNode removed = list.Attributes.Count == 1 ? list : attribute;
                var rest = member.RemoveNode(removed, SyntaxRemoveOptions.KeepNoTrivia)!.WithLeadingTrivia(member.GetLeadingTrivia());
                return context.Document.WithSyntaxRoot(root!.ReplaceNode(member, rest));
            });
        }

        return Task.CompletedTask;
    }
}
