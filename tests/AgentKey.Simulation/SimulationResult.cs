namespace AgentKey.Simulation;

/// <summary>What a run that found nothing has seen.</summary>
internal sealed record SimulationResult(
    string TraceHash, long Steps, int Operations, int Answers, int Commits, int LedgerEntries, IReadOnlyDictionary<string, int> Faults);
