namespace AgentKey.Simulation.Stores;

/// <summary>The database refused a statement: an error that is no outage.</summary>
internal sealed class StatementFailedException() : Exception("A statement failed.");
