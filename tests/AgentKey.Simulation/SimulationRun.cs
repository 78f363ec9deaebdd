using AgentKey.Simulation.Auditing;
using AgentKey.Simulation.Processes;
using AgentKey.Simulation.Scheduling;
using AgentKey.Simulation.Stores;

namespace AgentKey.Simulation;

/// <summary>One run: the real library in several simulated processes on one simulated database, with everything that can go wrong.</summary>
internal sealed class SimulationRun
{
    private const int Workers = 3;
    private const int MostActions = 300;
    private const long MostEvents = 2_000_000;

    private readonly EventLoop _loop;
    private readonly Trace _trace;
    private readonly Database _database;
    private readonly Journal _journal;
    private readonly SimulatedProcess[] _processes;
    private readonly Weather _weather;

    private SimulationRun(int seed, Sabotage sabotage, TextWriter? output)
    {
        _trace = new Trace(output);
        _loop = new EventLoop(seed, _trace);
        _database = new Database(_loop, new FaultPlan(_loop), sabotage) { Audit = new CommitAudit() };
        _processes = [.. Enumerable.Range(1, _loop.Random.Next(1, 4)).Select(number => new SimulatedProcess($"p{number}", _loop, _database))];
        _journal = new Journal(_loop.Random.Next(MostActions));
        _weather = new Weather(_processes, _database, _loop, _journal, Recover);
    }

    /// <summary>Runs one seed to its end.</summary>
    /// <exception cref="InvariantException">Something happened that must never happen.</exception>
    public static SimulationResult Run(int seed, Sabotage sabotage = Sabotage.None, TextWriter? output = null)
    {
        // The thread must have no context of its own, into which continuations would be posted.
        SimulationResult? result = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = new SimulationRun(seed, sabotage, output).Run();
            }
            catch (Exception caught)
            {
                failure = caught;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvariantException($"Seed {seed}: {failure}");
    }

    private SimulationResult Run()
    {
        foreach (var process in _processes)
        {
            Begin(process);
        }

        _weather.Begin();
        _loop.Run(MostEvents);

        // Everything that was asked gets its answer when nothing fails any more.
        _database.Faults.IsQuiet = true;
        foreach (var process in _processes)
        {
            process.Restart();
        }

        Recover(_processes[0]);
        _loop.Run(MostEvents);
        JournalAudit.Require(_journal, _database.Tables);
        return new SimulationResult(
            _trace.Hash, _trace.Lines, _journal.Asks.Count, _journal.Asks.Sum(ask => ask.Replies.Count), _database.Audit.Commits, _database.Tables.Ledger.Count, _database.Faults.Counts);
    }

    private void Begin(SimulatedProcess process)
    {
        for (var i = 0; i < Workers; i++)
        {
            process.Run(() => new Workload(process, _processes, _loop, _journal).WorkAsync());
        }
    }

    private void Recover(SimulatedProcess process)
    {
        Ask[] open = [.. _journal.Asks.Where(ask => ask.Replies.Count == 0 && !ask.IsAnonymous)];
        process.Run(() => new Workload(process, _processes, _loop, _journal).RecoverAsync(open));
        Begin(process);
    }
}
