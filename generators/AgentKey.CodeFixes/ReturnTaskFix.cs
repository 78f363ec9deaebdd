using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;

namespace AgentKey.CodeFixes;

/// <summary>Lets the guard wait for the tool's end (AK0016).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReturnTaskFix)), Shared]
public sealed class ReturnTaskFix : AgentKeyCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.AsyncVoid.Id);

    private protected override async Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (node is MethodDeclarationSyntax method
            && model.GetDeclaredSymbol(method, context.CancellationToken) is { } symbol
            && !await SharedSignature.IsSharedAsync(symbol, context.Document.Project.Solution, context.CancellationToken).ConfigureAwait(false))
        {
            Offer(context, diagnostic, "Return Task", nameof(ReturnTaskFix), async cancellationToken =>
            {
                var editor = await DocumentEditor.CreateAsync(context.Document, cancellationToken).ConfigureAwait(false);
                var task = editor.SemanticModel.Compilation.GetTypeByMetadataName("System.Threading.Tasks.Task")!;
                var type = editor.Generator.TypeExpression(task).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
                editor.ReplaceNode(method.ReturnType, type.WithTriviaFrom(method.ReturnType));
                return editor.GetChangedDocument();
            });
        }
    }
}
