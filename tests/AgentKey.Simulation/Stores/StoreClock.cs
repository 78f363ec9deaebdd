using AgentKey.Simulation.Scheduling;

namespace AgentKey.Simulation.Stores;

/// <summary>The database's clock, in microseconds like that of Postgres. It may jump ahead; it never shows an instant twice.</summary>
internal sealed class StoreClock(EventLoop loop)
{
    private DateTimeOffset _start = new(2026, 1, 30, 22, 0, 0, TimeSpan.Zero);
    private DateTimeOffset _last;

    public DateTimeOffset Read()
    {
        var now = _start + loop.Now;
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        _last = now > _last ? now : _last.AddTicks(TimeSpan.TicksPerMicrosecond);
        return _last;
    }

    public void Jump(TimeSpan ahead) => _start += ahead;
}
