using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;

namespace AgentKey.CodeFixes;

/// <summary>Registers the guarded twin where the raw class was (AK0008).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(GuardRegistrationFix)), Shared]
public sealed class GuardRegistrationFix : AgentKeyCodeFix
{
    private const string WholeAssembly = "WithToolsFromAssembly";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.RawRegistration.Id);

    private protected override async Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        if (!diagnostic.Properties.TryGetValue(FixData.Twin, out var metadataName)
            || node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call)
        {
            return;
        }

        var model = (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false))!;
        var twin = model.Compilation.GetTypeByMetadataName(metadataName!)!;
        if (node is SimpleNameSyntax { Identifier.ValueText: WholeAssembly } name)
        {
            if (SymbolEqualityComparer.Default.Equals(twin.ContainingAssembly, model.Compilation.Assembly))
            {
                Replace(context, diagnostic, "Serve the guarded tools of this assembly", name, SyntaxFactory.IdentifierName("WithAgentTools"));
            }

            return;
        }

        if (Guarded(node, call, twin, model) is { } guarded)
        {
            var plugin = diagnostic.Properties[FixData.PluginName];
            var guardedCall = call.ReplaceNode(guarded.Raw, guarded.Twin.WithTriviaFrom(guarded.Raw));
            var replacement = WithPluginName(guarded.Raw is ExpressionSyntax and not TypeSyntax ? Inferred(guardedCall) : guardedCall, plugin);
            Replace(context, diagnostic, $"Register {twin.Name}", call, replacement);
        }
    }

    /// <summary>What takes the place of the raw class; null when only a person can know where the guard comes from.</summary>
    private static (SyntaxNode Raw, SyntaxNode Twin)? Guarded(SyntaxNode node, InvocationExpressionSyntax call, INamedTypeSymbol twin, SemanticModel model)
    {
        var name = TwinExpression.Name(twin);
        return node switch
        {
            TypeSyntax type when type.Parent is TypeArgumentListSyntax => (type, name),
            TypeOfExpressionSyntax type => IsByReflection(call, model) ? null : (type.Type, name),
            _ when TwinExpression.Find(node, call, twin, model) is { } expression => (expression.Raw, expression.Twin),
            _ => null,
        };
    }

    // The method of one class cannot be called on an instance of the other. The call next to the class may be that of GetMethod.
    private static bool IsByReflection(InvocationExpressionSyntax call, SemanticModel model) =>
        call.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().Any(outer =>
            model.GetSymbolInfo(outer).Symbol is IMethodSymbol method && method.Parameters.Any(parameter => parameter.Type.Name == "MethodInfo"));

    // What the raw class was named for is now of another type, which the compiler finds out by itself.
    private static InvocationExpressionSyntax Inferred(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name: GenericNameSyntax name } access
            ? call.WithExpression(access.WithName(SyntaxFactory.IdentifierName(name.Identifier)))
            : call;

    private static InvocationExpressionSyntax WithPluginName(InvocationExpressionSyntax call, string? plugin) => plugin is null
        ? call
        : call.AddArgumentListArguments(SyntaxFactory
            .Argument(SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(plugin)))
            .WithNameColon(SyntaxFactory.NameColon("pluginName")));

    private static void Replace(CodeFixContext context, Diagnostic diagnostic, string title, SyntaxNode old, SyntaxNode replacement) =>
        Offer(context, diagnostic, title, nameof(GuardRegistrationFix), async cancellationToken =>
        {
            var root = await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            return context.Document.WithSyntaxRoot(root!.ReplaceNode(
                old, replacement.WithTriviaFrom(old).WithAdditionalAnnotations(Simplifier.Annotation, Formatter.Annotation)));
        });
}
