using AgentKey.Agents;
using AgentKey.Agents.Tests.Hosting;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace AgentKey.Benchmarks.Guard;

/// <summary>What the generated guard itself costs: calls of guarded tools whose charge is answered at once, and of the raw ones.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class GuardBenchmark : IDisposable
{
    private readonly GuardTools _raw = new();
    private AgentKeys _keys = null!;
    private GuardedGuardTools _guarded = null!;
    private CallerScope.Binding _binding;

    public static void Run() => BenchmarkRunner.Run<GuardBenchmark>(
        DefaultConfig.Instance.AddJob(Job.MediumRun.WithToolchain(InProcessEmitToolchain.Instance)).WithOptions(ConfigOptions.DisableLogFile));

    [GlobalSetup]
    public void SetUp()
    {
        _keys = new AgentKeys(FreshStore.CreateSqlite().Open());
        var (caller, yes) = ChargeOnceAsync().GetAwaiter().GetResult();
        _guarded = new GuardedGuardTools(_raw, new ToolGuard(new AlwaysYesTill(yes)));
        _binding = CallerScope.Bind(caller);
    }

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("sync")]
    public int RawAdd() => _raw.Add(1);

    [Benchmark]
    [BenchmarkCategory("sync")]
    public int GuardedAdd() => Result(_guarded.Add(1));

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("ValueTask<T>")]
    public int RawAddAsync() => Result(_raw.AddAsync(1));

    [Benchmark]
    [BenchmarkCategory("ValueTask<T>")]
    public int GuardedAddAsync() => Result(_guarded.AddAsync(1));

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Task")]
    public Task RawStepAsync() => _raw.StepAsync();

    [Benchmark]
    [BenchmarkCategory("Task")]
    public Task GuardedStepAsync() => _guarded.StepAsync();

    [Benchmark(Baseline = true)]
    [BenchmarkCategory("Task<T>")]
    public Task<string> RawAskAsync() => _raw.AskAsync("?");

    [Benchmark]
    [BenchmarkCategory("Task<T>")]
    public Task<string> GuardedAskAsync() => _guarded.AskAsync("?");

    [GlobalCleanup]
    public void Dispose()
    {
        _binding.Dispose();
        _keys.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    private static int Result(ValueTask<int> work) => work.IsCompletedSuccessfully
        ? work.Result
        : throw new InvalidOperationException("The call did not complete at once, so nothing was measured.");

    private async Task<(Caller Caller, ChargeDecision Yes)> ChargeOnceAsync()
    {
        await _keys.MigrateAsync();
        var key = await _keys.CreateAsync(new NewKey { AccountId = "bench", Scopes = ScopeSet.Of("bench.*"), Budget = null });
        var caller = _keys.Identify(key.Secret.Reveal());
        return (caller, await _keys.ChargeAsync(caller, new ChargeRequest("bench.call", Cost.FromCents(1))));
    }
}
