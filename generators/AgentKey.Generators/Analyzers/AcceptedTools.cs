using System.Collections.Immutable;
using AgentKey.Generators.Manifest;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace AgentKey.Generators.Analyzers;

/// <summary>The checked-in manifest of a project, compared with what its tools are now.</summary>
internal sealed class AcceptedTools
{
    private readonly AdditionalText _file;
    private readonly SourceText _text;
    private readonly ILookup<string, ToolChange> _byClass;
    private readonly string? _problem;

    private AcceptedTools(AdditionalText file, SourceText text, IReadOnlyList<ToolChange> changes, string? problem)
    {
        _file = file;
        _text = text;
        _problem = problem;
        Removed = changes.Where(change => change.Kind == ToolChangeKind.Removed).ToImmutableArray();
        _byClass = changes.Where(change => change.Kind != ToolChangeKind.Removed).ToLookup(change => ClassOf(change.Method), StringComparer.Ordinal);
    }

    private ImmutableArray<ToolChange> Removed { get; }

    /// <summary>Null for a project that checks in no manifest, whose tools may change as they like.</summary>
    public static AcceptedTools? Read(AnalyzerOptions options, Compilation compilation, CancellationToken cancellationToken)
    {
        var file = options.AdditionalFiles.FirstOrDefault(IsManifest);
        if (file?.GetText(cancellationToken) is not { } text)
        {
            return null;
        }

        try
        {
            return new AcceptedTools(file, text, ManifestDiff.Between(ManifestText.Read(text.ToString()), CompiledTools.Read(compilation)), null);
        }
        catch (FormatException error)
        {
            return new AcceptedTools(file, text, [], error.Message);
        }
    }

    /// <summary>Reports the tools of a class that are new or changed, where they are declared.</summary>
    public void ReportIn(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        foreach (var change in _byClass[CompiledTools.NameOf(type)])
        {
            var place = type.GetMembers().FirstOrDefault(member => IsMethod(member, change.Method)) ?? type;
            context.ReportDiagnostic(Diagnostic.Create(Rules.ToolChanged, place.Locations[0], change.Method, change.Text));
        }
    }

    /// <summary>Reports the tools that are gone where the manifest lists them, and a manifest that cannot be read.</summary>
    public void ReportIn(AdditionalFileAnalysisContext context)
    {
        if (context.AdditionalFile.Path != _file.Path)
        {
            return;
        }

        if (_problem is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.ToolChanged, PlaceOf(new TextSpan(0, 0)), ManifestText.FileName, _problem));
        }

        foreach (var change in Removed)
        {
            var name = ManifestText.Literal(change.Method);
            var start = Math.Max(0, _text.ToString().IndexOf(name, StringComparison.Ordinal));
            context.ReportDiagnostic(Diagnostic.Create(
                Rules.ToolChanged, PlaceOf(new TextSpan(start, Math.Min(name.Length, _text.Length - start))), change.Method, change.Text));
        }
    }

    private static bool IsManifest(AdditionalText file) => Path.GetFileName(file.Path) == ManifestText.FileName;

    private Location PlaceOf(TextSpan span) => Location.Create(_file.Path, span, _text.Lines.GetLinePositionSpan(span));

    private static bool IsMethod(ISymbol member, string method) =>
        member is IMethodSymbol candidate && (CompiledTools.NameOf(candidate) == method || CompiledTools.NameOf(candidate, withParameters: true) == method);

    /// <summary>What stands before the method's own name and its parameters.</summary>
    private static string ClassOf(string method)
    {
        var end = method.IndexOf('(');
        return method.Substring(0, method.LastIndexOf('.', end < 0 ? method.Length - 1 : end));
    }
}
