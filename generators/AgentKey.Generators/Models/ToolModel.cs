namespace AgentKey.Generators.Models;

/// <summary>One tagged method together with its class, as the syntax provider finds it.</summary>
internal sealed record ToolModel(ToolClassHeader Class, ToolMethodModel Method);
