using AgentKey.Simulation.Scheduling;
using AgentKey.Simulation.Stores;

namespace AgentKey.Simulation.Processes;

/// <summary>A process with the real library in it, started anew after each crash.</summary>
internal sealed class SimulatedProcess
{
    private readonly EventLoop _loop;
    private readonly Database _database;
    private readonly string _name;
    private readonly AgentKeysOptions _options;
    private readonly int _lanes;
    private int _lives;

    public SimulatedProcess(string name, EventLoop loop, Database database)
    {
        _name = name;
        _loop = loop;
        _database = database;
        _lanes = loop.Random.Next(1, 4);
        _options = new AgentKeysOptions { MaxBatchSize = loop.Random.Next(1, 9), StoreTimeout = TimeSpan.FromSeconds(3) };
        Start();
    }

    public SimulatedHost Host { get; private set; } = null!;

    public AgentKeys Keys { get; private set; } = null!;

    /// <summary>Kills the process, with everything that waits in its queue, and starts it again.</summary>
    public void Restart()
    {
        Host.Kill();
        Start();
    }

    /// <summary>Lets something run in this process; what it throws ends the simulation.</summary>
    public void Run(Func<Task> work) => _loop.Schedule(_loop.UpTo(TimeSpan.FromMilliseconds(1)), () => RunNow(work), Host);

    private async void RunNow(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            _loop.Fail(failure);
        }
    }

    private void Start()
    {
        Host = new SimulatedHost(_loop, $"{_name}.{++_lives}");
        Keys = new AgentKeys(new SimulatedStore(_database, _loop, Host, _lanes), _options, Host);
    }
}
