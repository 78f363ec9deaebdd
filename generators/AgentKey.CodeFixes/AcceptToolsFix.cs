using System.Collections.Immutable;
using System.Composition;
using AgentKey.Generators.Analyzers;
using AgentKey.Generators.Manifest;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;

namespace AgentKey.CodeFixes;

/// <summary>Writes the project's manifest anew (AK0024): all of its tools are accepted as they are.</summary>
[ExportCodeFixProvider(
    LanguageNames.CSharp,
    Name = nameof(AcceptToolsFix),
    DocumentKinds = [nameof(TextDocumentKind.Document), nameof(TextDocumentKind.AdditionalDocument)]), Shared]
public sealed class AcceptToolsFix : CodeFixProvider
{
    private const string Title = $"Accept the tools as they are in {ManifestText.FileName}";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(Rules.ToolChanged.Id);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => new Everywhere();

    /// <inheritdoc/>
    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var project = context.TextDocument.Project;
        context.RegisterCodeFix(ActionFor(project.Solution, [project.Id]), context.Diagnostics);
        return Task.CompletedTask;
    }

    private static CodeAction ActionFor(Solution solution, IReadOnlyList<ProjectId> projects) =>
        CodeAction.Create(Title, token => AcceptAsync(solution, projects, token), nameof(AcceptToolsFix));

    private static async Task<Solution> AcceptAsync(Solution solution, IReadOnlyList<ProjectId> projects, CancellationToken cancellationToken)
    {
        foreach (var id in projects)
        {
            var project = solution.GetProject(id)!;
            var manifest = project.AdditionalDocuments.FirstOrDefault(document => document.Name == ManifestText.FileName);
            if (manifest is not null && await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false) is { } compilation)
            {
                var old = await manifest.GetTextAsync(cancellationToken).ConfigureAwait(false);
                var text = SourceText.From(ManifestText.Write(CompiledTools.Read(compilation)), old.Encoding);
                solution = solution.WithAdditionalDocumentText(manifest.Id, text);
            }
        }

        return solution;
    }

    /// <summary>One manifest lists all tools of a project, so there is one change for each project.</summary>
    private sealed class Everywhere : FixAllProvider
    {
        public override Task<CodeAction?> GetFixAsync(FixAllContext fixAllContext)
        {
            IReadOnlyList<ProjectId> projects = fixAllContext.Scope == FixAllScope.Solution ? fixAllContext.Solution.ProjectIds : [fixAllContext.Project.Id];
            return Task.FromResult<CodeAction?>(ActionFor(fixAllContext.Solution, projects));
        }
    }
}
