using AgentKey.Generators.Emission;
using AgentKey.Generators.Models;
using AgentKey.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AgentKey.Generators;

/// <summary>Emits a guarded twin for every class with methods that carry <c>[AgentScope]</c>.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class AgentToolGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        // parse each tagged method into a plain model
        var tools = context.SyntaxProvider
            .ForAttributeWithMetadataName(WellKnownNames.AgentScopeAttribute, static (node, _) => node is MethodDeclarationSyntax, ToolParser.Parse)
            .Where(static tool => tool is not null)
            .Select(static (tool, _) => tool!)
            .WithTrackingName(TrackingNames.Tools);

        // group them by class
        var classes = tools.Collect()
            .Select(static (all, _) => ToolClassModel.Group(all))
            .WithTrackingName(TrackingNames.ToolClasses);

        // learn what the project references
        var features = context.CompilationProvider
            .Select(static (compilation, _) => new Features(
                HasDependencyInjection: compilation.GetTypeByMetadataName(WellKnownNames.ServiceCollection) is not null,
                HasMcp: compilation.GetTypeByMetadataName(WellKnownNames.McpAdapter) is not null))
            .WithTrackingName(TrackingNames.Features);

        context.RegisterSourceOutput(classes.SelectMany(static (all, _) => all), EmitClass);
        context.RegisterSourceOutput(classes.Combine(features), static (output, pair) => EmitRegistration(output, pair.Left, pair.Right));
    }

    private static void EmitClass(SourceProductionContext output, ToolClassModel model) =>
        output.AddSource(model.HintName, GuardedClassEmitter.Emit(model));

    private static void EmitRegistration(SourceProductionContext output, EquatableArray<ToolClassModel> classes, Features features)
    {
        if (classes.Count == 0 || !features.HasDependencyInjection)
        {
            return;
        }

        output.AddSource("AgentTools.Services.g.cs", RegistrationEmitter.EmitServices(classes));
        if (features.HasMcp && classes.Any(tool => tool.HasMcpTools))
        {
            output.AddSource("AgentTools.Mcp.g.cs", RegistrationEmitter.EmitMcp(classes));
        }
    }
}
