using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AgentKey.Generators.Analyzers;

/// <summary>Checks that scopes are well-formed and, where the assembly has a catalogue, that they are in it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ScopeAnalyzer : AgentKeyAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(Rules.MalformedScope, Rules.UncataloguedScope);

    private protected override void Register(CompilationStartAnalysisContext context, KnownTypes types)
    {
        var catalogue = ScopeCatalogue.Read(context.Compilation);
        RegisterMethods(context, symbol => Check(symbol, types, catalogue));
        context.RegisterSyntaxNodeAction(GeneratedScope.Report, SyntaxKind.Attribute);
        if (catalogue is not null)
        {
            context.RegisterSemanticModelAction(catalogue.ReportMalformed);
        }
    }

    private static void Check(SymbolAnalysisContext context, KnownTypes types, ScopeCatalogue? catalogue)
    {
        if (types.Scope(context.Symbol) is not { } attribute)
        {
            return;
        }

        var scope = attribute.ConstructorArguments.FirstOrDefault().Value as string;
        var place = attribute.ArgumentLocation(0, context.CancellationToken);
        if (ScopeText.FindProblem(scope) is { } problem)
        {
            var data = FixData.Of(FixData.Replacement, ScopeText.Normalise(scope));
            context.ReportDiagnostic(Diagnostic.Create(Rules.MalformedScope, place, data, scope, problem));
        }
        else if (catalogue is not null && !catalogue.Contains(scope!))
        {
            var nearest = catalogue.Nearest(scope!);
            var advice = nearest is null ? "add it there" : $"write '{nearest}', or add it there";
            var data = FixData.Of(FixData.Replacement, nearest).Add(FixData.Scope, scope);
            context.ReportDiagnostic(Diagnostic.Create(Rules.UncataloguedScope, place, data, scope, context.Symbol.Name, advice));
        }
    }
}
