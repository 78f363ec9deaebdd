using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace AgentKey.CodeFixes;

/// <summary>Puts the missing attribute beside the one that needs it (AK0002, AK0007).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TagToolFix)), Shared]
public sealed class TagToolFix : AgentKeyCodeFix
{
    /// <summary>The fix that guards the tool.</summary>
    internal const string Guard = nameof(Guard);

    /// <summary>The fix that says that the tool is free.</summary>
    internal const string Free = nameof(Free);

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create(Rules.PriceWithoutScope.Id, Rules.UntaggedTool.Id);

    private protected override Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        if (!diagnostic.Properties.TryGetValue(FixData.Scope, out var scope)
            || node.FirstAncestorOrSelf<AttributeSyntax>() is not { Parent: AttributeListSyntax } attribute)
        {
            return Task.CompletedTask;
        }

        var scoped = $"AgentScope({SymbolDisplay.FormatLiteral(scope!, quote: true)})";
        if (diagnostic.Id == Rules.PriceWithoutScope.Id)
        {
            Offer(context, diagnostic, $"Add [{scoped}]", Guard, Add(context.Document, attribute, scoped));
        }
        else
        {
            Offer(context, diagnostic, $"Add [{scoped}, Cost(1)]", Guard, Add(context.Document, attribute, scoped, "Cost(1)"));
            Offer(context, diagnostic, "Add [AgentPublic]: it is meant to be free", Free, Add(context.Document, attribute, "AgentPublic"));
        }

        return Task.CompletedTask;
    }

    private static Func<CancellationToken, Task<Document>> Add(Document document, AttributeSyntax beside, params string[] added) => async cancellationToken =>
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var list = (AttributeListSyntax)beside.Parent!;
        var attributes = list.Attributes.InsertRange(list.Attributes.IndexOf(beside), added.Select(Attribute));
        var separated = SyntaxFactory.SeparatedList(
            attributes, Enumerable.Repeat(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space), attributes.Count - 1));
        return document.WithSyntaxRoot(root!.ReplaceNode(list, list.WithAttributes(separated)));
    };

    /// <summary>Written in full, and made as short as the file's usings allow.</summary>
    private static AttributeSyntax Attribute(string text)
    {
        var attribute = SyntaxFactory.ParseCompilationUnit($"[assembly: AgentKey.Agents.{text}]").AttributeLists[0].Attributes[0];
        return attribute.WithName(attribute.Name.WithAdditionalAnnotations(Simplifier.Annotation));
    }
}
