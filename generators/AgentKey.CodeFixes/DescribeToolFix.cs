using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace AgentKey.CodeFixes;

/// <summary>Says to the model what the documentation says to people (AK0012).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DescribeToolFix)), Shared]
public sealed class DescribeToolFix : AgentKeyCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.LostDocumentation.Id);

    private protected override async Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (node is MethodDeclarationSyntax method
            && method.AttributeLists.LastOrDefault(IsOfMethod) is { } list
            && model.GetDeclaredSymbol(method, context.CancellationToken) is { } symbol
            && ToolDocumentation.Of(symbol, context.CancellationToken) is { Summary: { } summary } documentation)
        {
            Offer(context, diagnostic, "Add [Description] from the documentation", nameof(DescribeToolFix), async cancellationToken =>
            {
                var root = await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
                return context.Document.WithSyntaxRoot(root!.ReplaceNode(method, Describe(method, list, symbol, summary, documentation)));
            });
        }
    }

    // A list may be about the result instead.
    private static bool IsOfMethod(AttributeListSyntax list) => list.Target is null || list.Target.Identifier.IsKind(SyntaxKind.MethodKeyword);

    private static MethodDeclarationSyntax Describe(
        MethodDeclarationSyntax method, AttributeListSyntax list, IMethodSymbol symbol, string summary, ToolDocumentation documentation)
    {
        var described = method
            .ReplaceNode(list, list.AddAttributes(Description(summary).WithLeadingTrivia(SyntaxFactory.Space)));
        return described.ReplaceNodes(described.ParameterList.Parameters, (parameter, _) => Describe(parameter, symbol, documentation));
    }

    private static ParameterSyntax Describe(ParameterSyntax parameter, IMethodSymbol symbol, ToolDocumentation documentation)
    {
        var name = parameter.Identifier.ValueText;
        var isDescribed = symbol.Parameters.First(candidate => candidate.Name == name).GetAttributes()
            .Any(attribute => attribute.AttributeClass?.Name == "DescriptionAttribute");
        if (isDescribed || documentation.Parameter(name) is not { } text)
        {
            return parameter;
        }

        var list = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(Description(text)))
            .WithLeadingTrivia(parameter.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.Space);
        return parameter.WithLeadingTrivia().WithAttributeLists(parameter.AttributeLists.Insert(0, list));
    }

    private static AttributeSyntax Description(string text)
    {
        var name = SyntaxFactory.ParseName("System.ComponentModel.Description").WithAdditionalAnnotations(Simplifier.Annotation);
        var literal = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text));
        return SyntaxFactory.Attribute(
            name, SyntaxFactory.AttributeArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.AttributeArgument(literal))));
    }
}
