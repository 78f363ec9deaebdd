using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Generators.Tests.Compiling;

/// <summary>How a user's project may be set up.</summary>
internal sealed record CompilerSettings
{
    public LanguageVersion Language { get; init; } = LanguageVersion.CSharp14;

    public NullableContextOptions Nullable { get; init; } = NullableContextOptions.Enable;

    public OutputKind Output { get; init; } = OutputKind.DynamicallyLinkedLibrary;

    /// <summary>Projects of the same solution that the project references.</summary>
    public IReadOnlyList<MetadataReference> Projects { get; init; } = [];

    /// <summary>Assemblies that the project does not reference, by the start of their names. Most projects drive no model, and serve no HTTP.</summary>
    public IReadOnlyList<string> Missing { get; init; } =
        ["Microsoft.SemanticKernel", "Microsoft.Extensions.AI.dll", "Microsoft.AspNetCore", "AgentKey.Agents.AI", "AgentKey.Agents.SemanticKernel", "AgentKey.AspNetCore"];
}
