using AgentKey.Simulation.Scheduling;

namespace AgentKey.Simulation.Stores;

/// <summary>Chooses what goes wrong, and counts it.</summary>
internal sealed class FaultPlan(EventLoop loop)
{
    private static readonly Fault[] Faults =
        [Fault.Unreachable, Fault.LostBeforeCommit, Fault.LostAcknowledgement, Fault.LostAcknowledgement, Fault.Hang, Fault.StatementFails, Fault.FailsAfterCommit];

    private readonly int _percent = loop.Random.Next(25);

    public SortedDictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>Set when the run shall come to rest.</summary>
    public bool IsQuiet { get; set; }

    public Fault Next()
    {
        if (IsQuiet || !loop.Chance(_percent))
        {
            return Fault.None;
        }

        var fault = loop.Pick(Faults);
        Count(fault.ToString());
        return fault;
    }

    public void Count(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;
}
