using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.CodeFixes;

/// <summary>Gives the second of two tools a name of its own (AK0015).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SetToolNameFix)), Shared]
public sealed class SetToolNameFix : AgentKeyCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.DuplicateName.Id);

    private protected override async Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (node is not MethodDeclarationSyntax method
            || !diagnostic.Properties.TryGetValue(FixData.Replacement, out var name)
            || !diagnostic.Properties.TryGetValue(FixData.Offer, out var framework)
            || FindOffer(method, framework!, model!, context.CancellationToken) is not { } offer)
        {
            return;
        }

        Offer(context, diagnostic, $"Name it {name}", nameof(SetToolNameFix), async cancellationToken =>
        {
            var root = await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            return context.Document.WithSyntaxRoot(root!.ReplaceNode(offer, WithName(offer, framework == WellKnownNames.McpServerToolAttribute, name!)));
        });
    }

    private static AttributeSyntax? FindOffer(MethodDeclarationSyntax method, string framework, SemanticModel model, CancellationToken cancellationToken) => method
        .AttributeLists.SelectMany(list => list.Attributes)
        .FirstOrDefault(attribute => model.GetSymbolInfo(attribute, cancellationToken).Symbol?.ContainingType.ToDisplayString() == framework);

    private static AttributeSyntax WithName(AttributeSyntax attribute, bool isMcp, string name)
    {
        var literal = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(name));
        var others = attribute.ArgumentList?.Arguments.Where(argument => argument.NameEquals is not null && argument.NameEquals.Name.Identifier.ValueText != "Name") ?? [];
        var own = SyntaxFactory.AttributeArgument(isMcp ? SyntaxFactory.NameEquals("Name") : null, nameColon: null, literal);
        return attribute.WithArgumentList(SyntaxFactory.AttributeArgumentList(SyntaxFactory.SeparatedList([own, .. others])));
    }
}
