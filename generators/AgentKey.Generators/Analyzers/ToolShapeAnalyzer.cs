using System.Collections.Immutable;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Explains why the generator makes no twin of a tagged method, so that none is lost in silence.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ToolShapeAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Rules.UnreachableTool, Rules.UnsendableValue, Rules.GenericTool, Rules.AsyncVoid, Rules.NoTwin);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        // Where it is an endpoint that is guarded, no twin is needed, be it an action, a local function or a lambda.
        var chargesEndpoints = RuleNames.ChargesEndpoints(context.Compilation);
        RegisterMethods(context, symbol => CheckMethod(symbol, types, chargesEndpoints));
        context.RegisterSymbolAction(symbol => CheckHeir(symbol, types, chargesEndpoints), SymbolKind.NamedType);
        if (!chargesEndpoints)
        {
            context.RegisterSyntaxNodeAction(node => CheckLocalFunction(node, types), SyntaxKind.LocalFunctionStatement);
            context.RegisterSyntaxNodeAction(node => CheckLambda(node, types), SyntaxKind.ParenthesizedLambdaExpression);
        }
    }

    private static void CheckMethod(SymbolAnalysisContext context, KnownTypes types, bool chargesEndpoints)
    {
        var method = (IMethodSymbol)context.Symbol;
        var place = method.Locations.FirstOrDefault() ?? Location.None;
        if (FindRefusal(method, types, chargesEndpoints) is { } refusal)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NoTwin, place, method.Name, refusal.Problem, refusal.Advice));
        }

        if (types.Tag(method) is not { } tag)
        {
            return;
        }

        if (ToolShape.FindMissingBody(method) is { } missing)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.NoTwin, tag.Location(context.CancellationToken), method.Name, missing, "tag a method with a body, in a class that other code can name"));
        }
        else if (ToolShape.FindBarrier(method) is { } barrier)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnreachableTool, place, method.Name, barrier));
        }

        if (ToolShape.FindGeneric(method) is { } generic)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.GenericTool, place, generic.Name));
        }

        if ((method.PartialImplementationPart ?? method) is { IsAsync: true, ReturnsVoid: true })
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.AsyncVoid, place, method.Name));
        }

        foreach (var (value, problem) in ToolShape.FindUnsendable(method))
        {
            var subject = value is IParameterSymbol ? $"Parameter '{value.Name}' of '{method.Name}'" : $"The result of '{method.Name}'";
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnsendableValue, value.Locations.FirstOrDefault() ?? place, subject, problem));
        }
    }

    private static (string Problem, string Advice)? FindRefusal(IMethodSymbol method, KnownTypes types, bool chargesEndpoints)
    {
        if (ToolShape.IsServed(method, method.ContainingType))
        {
            return types.FindScope(method) is null ? null : ToolShape.FindHost(method, method.ContainingType, types, chargesEndpoints);
        }

        return types.FindTag(method) is null ? null : ToolShape.FindRefusal(method, method.ContainingType);
    }

    private static void CheckHeir(SymbolAnalysisContext context, KnownTypes types, bool chargesEndpoints)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        var tools = HeirShape.ToolsOf(type, types).ToList();
        if (tools.Count > 0 && !ServedClasses.IsServed(type) && ToolShape.FindGeneric(type) is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.GenericTool, type.Locations[0], type.Name));
        }
        else if (tools.Select(tool => HeirShape.FindLoss(tool, type, types, chargesEndpoints)).FirstOrDefault(loss => loss is not null) is { } loss)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NoTwin, type.Locations[0], type.Name, loss.Problem, loss.Advice));
        }
    }

    private static void CheckLocalFunction(SyntaxNodeAnalysisContext context, KnownTypes types)
    {
        var function = (LocalFunctionStatementSyntax)context.Node;
        if (function.AttributeLists.Count > 0
            && context.SemanticModel.GetDeclaredSymbol(function, context.CancellationToken) is { } symbol
            && types.Tag(symbol) is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.UnreachableTool, function.Identifier.GetLocation(), symbol.Name, "a local function"));
        }
    }

    // A lambda may be public: the adapters take that for an answer.
    private static void CheckLambda(SyntaxNodeAnalysisContext context, KnownTypes types)
    {
        var lambda = (ParenthesizedLambdaExpressionSyntax)context.Node;
        if (lambda.AttributeLists.Count > 0
            && context.SemanticModel.GetSymbolInfo(lambda, context.CancellationToken).Symbol is { } symbol
            && types.Scope(symbol) is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnreachableTool, lambda.ArrowToken.GetLocation(), "=>", "a lambda"));
        }
    }
}
