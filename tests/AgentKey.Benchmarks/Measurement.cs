using System.Diagnostics;

namespace AgentKey.Benchmarks;

/// <summary>One run of one target: closed-loop callers for a fixed time.</summary>
internal sealed record Measurement(string Target, int Keys, int Callers, long Charges, TimeSpan Elapsed, TimeSpan P50, TimeSpan P99)
{
    // Until the runtime has recompiled the hot path: before that, a fifth of the machine compiles instead of charging.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(6);

    public decimal PerSecond => Charges / ((decimal)Elapsed.Ticks / TimeSpan.TicksPerSecond);

    public static async Task<Measurement> RunAsync(ITarget target, int keys, int callers, TimeSpan duration, TimeSpan? warmUp = null)
    {
        await LoopAsync(target, keys, callers, warmUp ?? WarmUp);
        var before = await target.ReadSpentCentsAsync();
        var watch = Stopwatch.StartNew();
        var latencies = await LoopAsync(target, keys, callers, duration);
        var elapsed = watch.Elapsed;
        if (await target.ReadSpentCentsAsync() - before != latencies.Count)
        {
            throw new InvalidOperationException($"{target.Name}: {latencies.Count} charges were admitted, and the database says otherwise.");
        }

        latencies.Sort();
        return new Measurement(target.Name, keys, callers, latencies.Count, elapsed, Percentile(latencies, 50), Percentile(latencies, 99));
    }

    private static async Task<List<long>> LoopAsync(ITarget target, int keys, int callers, TimeSpan duration)
    {
        var end = Stopwatch.GetTimestamp() + (duration.Ticks * Stopwatch.Frequency / TimeSpan.TicksPerSecond);
        var loops = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            var latencies = new List<long>();
            while (Stopwatch.GetTimestamp() is var start && start < end)
            {
                if (!await target.ChargeAsync(keys == callers ? caller : random.Next(keys)))
                {
                    throw new InvalidOperationException($"{target.Name}: a charge that fits was refused.");
                }

                latencies.Add(Stopwatch.GetTimestamp() - start);
            }

            return latencies;
        }));
        return [.. (await Task.WhenAll(loops)).SelectMany(latencies => latencies)];
    }

    private static TimeSpan Percentile(List<long> sorted, int percent) =>
        Stopwatch.GetElapsedTime(0, sorted[Math.Min(sorted.Count - 1, sorted.Count * percent / 100)]);
}
