using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.CodeFixes;

/// <summary>Writes the scope, amount or parameter name that was clearly meant (AK0001, AK0003, AK0010, AK0011).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReplaceArgumentFix)), Shared]
public sealed class ReplaceArgumentFix : AgentKeyCodeFix
{
    /// <summary>The fix that writes what was meant.</summary>
    internal const string Meant = nameof(Meant);

    /// <summary>The fix that makes the price nothing.</summary>
    internal const string Nothing = nameof(Nothing);

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(
        Rules.MalformedScope.Id, Rules.ImpossiblePrice.Id, Rules.UnknownUnit.Id, Rules.UncataloguedScope.Id);

    private protected override Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        if (diagnostic.Properties.TryGetValue(FixData.Replacement, out var text) && text is not null && node is ExpressionSyntax argument)
        {
            Offer(context, diagnostic, argument, Expression(diagnostic.Id, text), Meant);
            if (diagnostic.Id == Rules.ImpossiblePrice.Id)
            {
                Offer(context, diagnostic, argument, Expression(diagnostic.Id, "0"), Nothing);
            }
        }

        return Task.CompletedTask;
    }

    private static void Offer(CodeFixContext context, Diagnostic diagnostic, ExpressionSyntax argument, ExpressionSyntax replacement, string key) =>
        Offer(context, diagnostic, $"Write {replacement}", key, async cancellationToken =>
        {
            var root = await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            return context.Document.WithSyntaxRoot(root!.ReplaceNode(argument, replacement.WithTriviaFrom(argument)));
        });

    private static ExpressionSyntax Expression(string id, string text) => id switch
    {
        _ when id == Rules.ImpossiblePrice.Id => SyntaxFactory.ParseExpression(text),
        _ when id == Rules.UnknownUnit.Id => SyntaxFactory.ParseExpression($"nameof({text})"),
        _ => SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text)),
    };
}
