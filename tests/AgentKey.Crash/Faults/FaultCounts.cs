namespace AgentKey.Crash.Faults;

/// <summary>What was broken, how often.</summary>
public sealed record FaultCounts(int Clients, int Servers, int Backends, int Cuts, int LostAnswers)
{
    /// <summary>Whether every kind of fault happened: a run without one proves nothing about it.</summary>
    public bool HasAll => Clients > 0 && Servers > 0 && Backends > 0 && Cuts > 0 && LostAnswers > 0;

    public override string ToString() =>
        $"killed: {Clients} clients, {Servers} servers, {Backends} backends; cut: {Cuts} times all connections, {LostAnswers} answers lost";
}
