using AgentKey.Generators.Models;
using Microsoft.CodeAnalysis;

namespace AgentKey.Generators.Parsing;

/// <summary>
/// Turns a tagged method into a model. What cannot be guarded yields nothing: without a twin it cannot be registered,
/// so it cannot be reached for free.
/// </summary>
internal static class ToolParser
{
    public static ToolModel? Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (context.TargetSymbol is not IMethodSymbol tagged)
        {
            return null;
        }

        // Only the defining part of a partial method carries the defaults.
        var method = tagged.PartialDefinitionPart ?? tagged;
        return ClassParser.Parse(method.ContainingType) is { } header
            && MethodParser.Parse(method, method.ContainingType, context.SemanticModel.Compilation) is { } tool
            ? new ToolModel(header, tool)
            : null;
    }
}
