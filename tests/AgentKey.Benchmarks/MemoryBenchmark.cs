using System.Diagnostics;
using AgentKey.Postgres;
using AgentKey.TestSupport;

namespace AgentKey.Benchmarks;

/// <summary>What a client process needs while it works for a long time: 64 callers on 1,000 keys, charges and holds.</summary>
internal static class MemoryBenchmark
{
    private const int Keys = 1_000;
    private const int Callers = 64;
    private const int Samples = 20;

    public static async Task RunAsync(TimeSpan duration)
    {
        var server = await PostgresServer.GetAsync();
        await using var charges = await LibraryTarget.CreateAsync("charges", PostgresKeyStore.Open(await server.CreateDatabaseAsync()), Keys);
        await using var holds = await LibraryTarget.CreateAsync("holds", PostgresKeyStore.Open(await server.CreateDatabaseAsync()), Keys, isHeld: true);
        Console.WriteLine("after   calls        live heap MB  working set MB");
        var half = duration / Samples / 2;
        var watch = Stopwatch.StartNew();
        var calls = 0L;
        for (var sample = 1; sample <= Samples; sample++)
        {
            calls += (await Measurement.RunAsync(charges, Keys, Callers, half)).Charges;
            calls += (await Measurement.RunAsync(holds, Keys, Callers, half)).Charges;
            var heap = GC.GetTotalMemory(forceFullCollection: true);
            using var process = Process.GetCurrentProcess();
            Console.WriteLine($"{watch.Elapsed:mm\\:ss}  {calls,11:N0}  {Megabytes(heap),12:N1}  {Megabytes(process.WorkingSet64),14:N1}");
        }
    }

    private static decimal Megabytes(long bytes) => bytes / 1_048_576m;
}
