using AgentKey.Generators.Emission;
using AgentKey.Generators.Models;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators;

/// <summary>Emits a guarded twin for every class with methods that carry <c>[AgentScope]</c> or <c>[AgentPublic]</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class AgentToolGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // stop here at an edit that declares nothing else than before
        var declarations = context.CompilationProvider
            .Select(static (compilation, _) => compilation)
            .WithComparer(DeclarationComparer.Instance)
            .WithTrackingName(TrackingNames.Declarations);

        // parse each tool into a plain model
        var tools = declarations.Select(ToolFinder.Find).WithTrackingName(TrackingNames.Tools);

        // group them by class
        var classes = tools.Select(static (all, _) => ToolClassModel.Group(all)).WithTrackingName(TrackingNames.ToolClasses);

        // learn what the project references
        var features = declarations.Select(static (compilation, _) => FeaturesOf(compilation)).WithTrackingName(TrackingNames.Features);

        // prove that this generator ran, to a project that asks
        var proof = context.AnalyzerConfigOptionsProvider.Select(static (options, _) => GeneratorProof.IsAskedFor(options));

        context.RegisterSourceOutput(proof, GeneratorProof.Emit);
        context.RegisterSourceOutput(classes.SelectMany(static (all, _) => all), EmitClass);
        context.RegisterSourceOutput(classes, EmitCatalogue);
        context.RegisterSourceOutput(features, EmitHostingStartup);
        context.RegisterSourceOutput(classes.Combine(features), static (output, pair) => EmitRegistration(output, pair.Left, pair.Right));
    }

    private static Features FeaturesOf(Compilation compilation)
    {
        bool Has(string type) => compilation.GetTypeByMetadataName(type) is not null;
        return new Features(
            HasDependencyInjection: Has(WellKnownNames.ServiceCollection),
            HasMcp: Has(WellKnownNames.McpAdapter),
            HasSemanticKernel: Has(WellKnownNames.SemanticKernelAdapter),
            HasAI: Has(WellKnownNames.FunctionInvokingChatClient),
            HasAIAdapter: Has(WellKnownNames.AIAdapter),
            IsWebApplication: Has(WellKnownNames.HttpAdapter) && compilation.Options.OutputKind is OutputKind.ConsoleApplication or OutputKind.WindowsApplication);
    }

    private static void EmitClass(SourceProductionContext output, ToolClassModel model) =>
        output.AddSource(model.HintName, GuardedClassEmitter.Emit(model));

    private static void EmitCatalogue(SourceProductionContext output, EquatableArray<ToolClassModel> classes)
    {
        if (classes.Count > 0)
        {
            output.AddSource("AgentTools.Scopes.g.cs", ScopesEmitter.Emit(classes));
            output.AddSource("AgentTools.Manifest.g.cs", ManifestEmitter.Emit(classes));
            output.AddSource("AgentTools.Policies.g.cs", PoliciesEmitter.Emit(classes));
        }
    }

    private static void EmitHostingStartup(SourceProductionContext output, Features features)
    {
        if (features.IsWebApplication)
        {
            output.AddSource("AgentKey.HostingStartup.g.cs", HostingStartupEmitter.Emit());
        }
    }

    private static void EmitRegistration(SourceProductionContext output, EquatableArray<ToolClassModel> all, Features features)
    {
        if (all.Count == 0 || !features.HasDependencyInjection)
        {
            return;
        }

        var classes = all.Where(tool => !tool.Class.IsGone).ToList();

        output.AddSource("AgentTools.Services.g.cs", ServicesEmitter.Emit(classes));
        if (features.HasMcp && classes.Any(tool => tool.IsUsedAs(ToolUses.McpTool) || tool.IsUsedAs(ToolUses.McpPrompt) || tool.IsUsedAs(ToolUses.McpResource)))
        {
            output.AddSource("AgentTools.Mcp.g.cs", McpEmitter.Emit(classes));
        }

        if (features.HasSemanticKernel && classes.Any(tool => tool.IsUsedAs(ToolUses.KernelFunction)))
        {
            output.AddSource("AgentTools.SemanticKernel.g.cs", SemanticKernelEmitter.Emit(classes));
        }

        if (features.HasAI)
        {
            output.AddSource("AgentTools.AI.g.cs", AIFunctionsEmitter.Emit(classes, features.HasAIAdapter));
        }
    }
}
