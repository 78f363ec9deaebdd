namespace AgentKey.Generators.Models;

/// <summary>One parameter of a tool, ready to be written.</summary>
/// <param name="Declaration">Attributes, modifiers, type, name and default value.</param>
/// <param name="Name">The name, escaped when it is a keyword.</param>
/// <param name="Type">The type as <c>typeof</c> takes it.</param>
/// <param name="IsDynamic">Whether a call with it as it is would be bound at run time.</param>
internal sealed record ParameterModel(string Declaration, string Name, string Type, bool IsDynamic);
