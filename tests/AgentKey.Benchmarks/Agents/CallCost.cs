using System.Diagnostics;

namespace AgentKey.Benchmarks.Agents;

/// <summary>What one call takes when one follows the other: its time, and what the whole process allocates meanwhile.</summary>
internal readonly record struct CallCost(TimeSpan Time, long Bytes)
{
    private const int Turns = 5;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>Measures two ways to do the same, turn by turn, and keeps of each the turn with the median time.</summary>
    /// <param name="bare">The call without this library.</param>
    /// <param name="guarded">The same call with it.</param>
    /// <param name="turn">How long one turn of each is.</param>
    public static async Task<(CallCost Bare, CallCost Guarded)> CompareAsync(Func<Task> bare, Func<Task> guarded, TimeSpan turn)
    {
        await MeasureAsync(bare, WarmUp);
        await MeasureAsync(guarded, WarmUp);
        var (ofBare, ofGuarded) = (new List<CallCost>(), new List<CallCost>());
        for (var i = 0; i < Turns; i++)
        {
            ofBare.Add(await MeasureAsync(bare, turn));
            ofGuarded.Add(await MeasureAsync(guarded, turn));
        }

        return (Median(ofBare), Median(ofGuarded));
    }

    private static CallCost Median(List<CallCost> turns) => turns.OrderBy(turn => turn.Time).ElementAt(Turns / 2);

    private static async Task<CallCost> MeasureAsync(Func<Task> call, TimeSpan duration)
    {
        var calls = 0;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration)
        {
            await call();
            calls++;
        }

        var elapsed = watch.Elapsed;
        return new CallCost(elapsed / calls, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / calls);
    }
}
