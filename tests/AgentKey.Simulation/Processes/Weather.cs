using AgentKey.Simulation.Scheduling;
using AgentKey.Simulation.Stores;

namespace AgentKey.Simulation.Processes;

/// <summary>What happens to everybody: processes die, clocks jump, another program writes to the table.</summary>
internal sealed class Weather(IReadOnlyList<SimulatedProcess> processes, Database database, EventLoop loop, Journal journal, Action<SimulatedProcess> restarted)
{
    private readonly TypeScriptLibrary _typeScript = new(database, loop);

    public void Begin() => loop.Schedule(loop.UpTo(TimeSpan.FromMilliseconds(60)), Continue);

    private async void Continue()
    {
        if (journal.IsDone)
        {
            return;
        }

        try
        {
            await StrikeAsync();
        }
        catch (Exception failure)
        {
            loop.Fail(failure);
        }

        Begin();
    }

    private Task StrikeAsync()
    {
        switch (loop.Random.Next(100))
        {
            case < 12:
                Kill(loop.Pick(processes));
                return Task.CompletedTask;
            case < 30:
                Jump();
                return Task.CompletedTask;
            default:
                return journal.Keys.Count > 0 ? UseAsync(loop.Pick(journal.Keys)) : Task.CompletedTask;
        }
    }

    // It knows no parents, so that what it spends of a carved key was never drawn: that is not done (doctor reports it).
    private Task UseAsync(KnownKey key) => !key.IsCarved && loop.Chance(70)
        ? _typeScript.ChargeAsync(key.Id, loop.Random.Next(1, 40))
        : _typeScript.ValidateAsync(key.Id);

    private void Kill(SimulatedProcess process)
    {
        loop.Write($"{process.Host.Name} is killed");
        database.Faults.Count("Kill");
        process.Restart();
        restarted(process);
    }

    private void Jump()
    {
        var ahead = loop.UpTo(loop.Random.Next(10) switch
        {
            < 5 => TimeSpan.FromHours(1),
            < 8 => TimeSpan.FromDays(1),
            _ => TimeSpan.FromDays(40),
        });
        loop.Write($"the clock jumps ahead by {ahead}");
        database.Faults.Count("ClockJump");
        database.Clock.Jump(ahead);
    }
}
