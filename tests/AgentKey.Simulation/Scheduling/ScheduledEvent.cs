namespace AgentKey.Simulation.Scheduling;

/// <summary>Something that will happen, unless it is cancelled or its owner dies first.</summary>
internal sealed class ScheduledEvent(Action action, SimulatedHost? owner)
{
    public Action Action { get; } = action;

    public SimulatedHost? Owner { get; } = owner;

    public bool IsCancelled { get; private set; }

    public void Cancel() => IsCancelled = true;
}
