namespace AgentKey.Simulation;

/// <summary>Something happened that must never happen.</summary>
internal sealed class InvariantException(string message) : Exception(message);
