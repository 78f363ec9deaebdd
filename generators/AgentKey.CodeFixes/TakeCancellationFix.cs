using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis.Simplification;

namespace AgentKey.CodeFixes;

/// <summary>Takes the caller's token and hands it to every call that could have it (AK0013).</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TakeCancellationFix)), Shared]
public sealed class TakeCancellationFix : AgentKeyCodeFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.NoCancellation.Id);

    private protected override async Task RegisterAsync(CodeFixContext context, Diagnostic diagnostic, SyntaxNode node)
    {
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);

        // A params array has to stay last, and a token before it could not be left out.
        if (node is not MethodDeclarationSyntax method
            || method.ParameterList.Parameters.Any(parameter => parameter.Modifiers.Any(SyntaxKind.ParamsKeyword))
            || model.GetDeclaredSymbol(method, context.CancellationToken) is not { } symbol
            || SharedSignature.HasOverloadWithToken(symbol)
            || await SharedSignature.IsSharedAsync(symbol, context.Document.Project.Solution, context.CancellationToken).ConfigureAwait(false))
        {
            return;
        }

        Offer(context, diagnostic, "Take a CancellationToken and pass it on", nameof(TakeCancellationFix), async cancellationToken =>
        {
            var root = await context.Document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
            var name = FreeNames.In(method).Take("cancellationToken");
            var arguments = new Dictionary<InvocationExpressionSyntax, ArgumentSyntax>();
            foreach (var call in method.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call => !IsInStaticFunction(call)))
            {
                if (FindArgument(call, name, model!, cancellationToken) is { } argument)
                {
                    arguments.Add(call, argument);
                }
            }

            var passing = method.ReplaceNodes(arguments.Keys, (original, call) => call.AddArgumentListArguments(arguments[original]));
            return context.Document.WithSyntaxRoot(root!.ReplaceNode(method, passing.AddParameterListParameters(Parameter(name))));
        });
    }

    private static bool IsInStaticFunction(SyntaxNode node) => node.Ancestors().Any(ancestor => ancestor switch
    {
        LocalFunctionStatementSyntax function => function.Modifiers.Any(SyntaxKind.StaticKeyword),
        AnonymousFunctionExpressionSyntax function => function.Modifiers.Any(SyntaxKind.StaticKeyword),
        _ => false,
    });

    /// <summary>The argument that a call leaves out and could have.</summary>
    private static ArgumentSyntax? FindArgument(InvocationExpressionSyntax call, string name, SemanticModel model, CancellationToken cancellationToken)
    {
        if (model.GetOperation(call, cancellationToken) is not IInvocationOperation operation || FindParameter(operation) is not { } parameter)
        {
            return null;
        }

        var written = call.ArgumentList.Arguments;
        var position = model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol { ReducedFrom: not null } ? parameter.Ordinal - 1 : parameter.Ordinal;
        var isNext = written.Count == position && written.All(argument => argument.NameColon is null);
        var token = SyntaxFactory.Argument(SyntaxFactory.IdentifierName(name));
        return isNext ? token : token.WithNameColon(SyntaxFactory.NameColon(parameter.Name));
    }

    private static IParameterSymbol? FindParameter(IInvocationOperation call)
    {
        var left = call.Arguments.FirstOrDefault(argument => argument.ArgumentKind == ArgumentKind.DefaultValue && IsToken(argument.Parameter));
        return left?.Parameter ?? TokenOverload.Find(call)?.Parameters.Last();
    }

    private static bool IsToken(IParameterSymbol? parameter) => parameter?.Type.ToDisplayString() == WellKnownNames.CancellationToken;

    private static ParameterSyntax Parameter(string name) => SyntaxFactory
        .Parameter(SyntaxFactory.Identifier(name))
        .WithType(SyntaxFactory.ParseTypeName(WellKnownNames.CancellationToken).WithAdditionalAnnotations(Simplifier.Annotation).WithTrailingTrivia(SyntaxFactory.Space))
        .WithDefault(SyntaxFactory.EqualsValueClause(SyntaxFactory.LiteralExpression(SyntaxKind.DefaultLiteralExpression)));
}
