namespace AgentKey.Generators.Models;

/// <summary>What the user's project references, and therefore which registrations can be emitted.</summary>
internal sealed record Features(
    bool HasDependencyInjection, bool HasMcp, bool HasSemanticKernel, bool HasAI, bool HasAIAdapter, bool IsWebApplication);
