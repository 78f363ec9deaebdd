using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace AgentKey.CodeFixes;

/// <summary>Returns everything that the stream would have yielded, as a list (AK0014).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CollectStreamFix)), Shared]
public sealed class CollectStreamFix : AgentKeyCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.StreamOverMcp.Id);

    private protected override async Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (node is not MethodDeclarationSyntax method
            || model.GetDeclaredSymbol(method, context.CancellationToken) is not { ReturnType: INamedTypeSymbol { Name: "IAsyncEnumerable" } stream } symbol
            || (method.Body is null && method.ExpressionBody is null)
            || await SharedSignature.IsSharedAsync(symbol, context.Document.Project.Solution, context.CancellationToken).ConfigureAwait(false))
        {
            return;
        }

        var item = TypeNames.Of(stream.TypeArguments[0]);
        Offer(context, diagnostic, "Collect the stream into a list", nameof(CollectStreamFix), async cancellationToken =>
        {
            var root = await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            return context.Document.WithSyntaxRoot(root!.ReplaceNode(method, Collect(method, item)));
        });
    }

    /// <summary>The stream becomes a local function, read to its end.</summary>
    private static MethodDeclarationSyntax Collect(MethodDeclarationSyntax method, string item)
    {
        var asyncToken = SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        var isAsync = method.Modifiers.Any(SyntaxKind.AsyncKeyword);
        var names = FreeNames.In(method);
        var (items, one, stream) = (names.Take("items"), names.Take("item"), names.Take("Stream"));
        var work = method.Body is { } body ? $"\n{body}" : $" {method.ExpressionBody};";
        var collecting = (BlockSyntax)SyntaxFactory.ParseStatement($$"""
            {
                var {{items}} = new System.Collections.Generic.List<{{item}}>();
                await foreach (var {{one}} in {{stream}}())
                {
                    {{items}}.Add({{one}});
                }

                return {{items}};

                {{(isAsync ? "async " : "")}}{{method.ReturnType}} {{stream}}(){{work}}
            }
            """);
        return method
            .WithModifiers(isAsync ? method.Modifiers : method.Modifiers.Add(asyncToken))
            .WithReturnType(SyntaxFactory.ParseTypeName($"System.Threading.Tasks.Task<System.Collections.Generic.List<{item}>>").WithTriviaFrom(method.ReturnType))
            .WithParameterList(WithoutStreamAttributes(method.ParameterList))
            .WithBody(collecting)
            .WithExpressionBody(null)
            .WithSemicolonToken(default)
            .WithTrailingTrivia(method.GetTrailingTrivia())
            .WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation);
    }

    // [EnumeratorCancellation] means something on streams only.
    private static ParameterListSyntax WithoutStreamAttributes(ParameterListSyntax parameters) => parameters.ReplaceNodes(
        parameters.Parameters,
        (_, parameter) => parameter.AttributeLists.Any(list => list.Attributes.Any(IsOfStream))
            ? parameter
                .WithAttributeLists(SyntaxFactory.List(parameter.AttributeLists.Select(WithoutStreamAttribute).Where(list => list.Attributes.Count > 0)))
                .WithLeadingTrivia(parameter.GetLeadingTrivia())
            : parameter);

    private static AttributeListSyntax WithoutStreamAttribute(AttributeListSyntax list) =>
        list.Attributes.FirstOrDefault(IsOfStream) is { } attribute ? list.WithAttributes(list.Attributes.Remove(attribute)) : list;

    private static bool IsOfStream(AttributeSyntax attribute) => attribute.Name.ToString().Contains("EnumeratorCancellation");
}
