namespace AgentKey.Agents;

/// <summary>
/// This method is a tool that is free, and meant to be: anybody may run it, with a key or without one. Cannot stand
/// beside <see cref="AgentScopeAttribute"/> or <see cref="CostAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, Inherited = true)]
public sealed class AgentPublicAttribute : Attribute;
