namespace AgentKey.Simulation.Processes;

/// <summary>What everybody asked and was told. Kept outside of the processes, so that it survives them.</summary>
internal sealed class Journal(int actions)
{
    private readonly List<Ask> _asks = [];
    private int _actions = actions;
    private int _operations;

    public IReadOnlyList<Ask> Asks => _asks;

    public List<KnownKey> Keys { get; } = [];

    /// <summary>Whether nobody begins anything any more.</summary>
    public bool IsDone => _actions <= 0;

    /// <summary>Whether there is still something to do for a worker.</summary>
    public bool TryTakeAction() => _actions-- > 0;

    public string NewId() => $"op{++_operations}";

    public Ask Write(Ask ask)
    {
        _asks.Add(ask);
        return ask;
    }
}
