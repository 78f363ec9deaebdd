using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace AgentKey.CodeFixes;

/// <summary>Opens a method to its guarded twin (AK0004).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MakePublicFix)), Shared]
public sealed class MakePublicFix : AgentKeyCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.UnreachableTool.Id);

    private protected override async Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);

        // A local function or an explicit implementation would have to move.
        if (node is MethodDeclarationSyntax method
            && model.GetDeclaredSymbol(method, context.CancellationToken) is { } symbol
            && !await SharedSignature.IsSharedAsync(symbol, context.Document.Project.Solution, context.CancellationToken).ConfigureAwait(false))
        {
            Offer(context, diagnostic, $"Make {method.Identifier.ValueText} public", Accessibility.Public.ToString(), Make(context.Document, method, Accessibility.Public));
            Offer(context, diagnostic, $"Make {method.Identifier.ValueText} internal", Accessibility.Internal.ToString(), Make(context.Document, method, Accessibility.Internal));
        }
    }

    private static Func<CancellationToken, Task<Document>> Make(Document document, MethodDeclarationSyntax method, Accessibility accessibility) =>
        async cancellationToken =>
        {
            var editor = await DocumentEditor.CreateAsync(document, cancellationToken).ConfigureAwait(false);
            editor.SetAccessibility(method, accessibility);
            return editor.GetChangedDocument();
        };
}
