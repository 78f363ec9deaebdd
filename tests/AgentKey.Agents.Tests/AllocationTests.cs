using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;
using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Agents.Tests;

/// <summary>Where the answer is there at once, the guard of a fixed price adds no garbage to a call.</summary>
public sealed class AllocationTests
{
    private const int Calls = 1000;

    public static TheoryData<string> Shapes => ["Touch", "Step", "QuickStep", "Add", "Ask", "Name", "Time"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_guarded_call_allocates_nothing(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var caller = host.CallerOf(await host.CreateKeyAsync(cents: 100));
        var yes = await host.Keys.ChargeAsync(caller, new ChargeRequest("work.run", Cost.FromCents(1)));
        var guard = new ToolGuard(new AlwaysYesTill(yes));
        var tools = new GuardedWorkTools(new WorkTools(host.Work), guard);
        var arithmetic = new GuardedArithmetic(guard);
        var done = new GuardedDoneTools(new DoneTools(), guard);

        var allocated = Measure(caller, shape switch
        {
            "Touch" => () => Finish(tools.Touch()),
            "Step" => () => Finish(new ValueTask(tools.StepAsync(CancellationToken.None))),
            "QuickStep" => () => Finish(tools.QuickStepAsync()),
            "Ask" => () => Finish(done.AskAsync("?", CancellationToken.None)),
            "Name" => () => Finish(done.NameAsync()),
            "Time" => () => Finish(done.TimeAsync()),
            _ => () => Finish(arithmetic.Add(1, 2)),
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void The_measure_sees_one_object_in_a_thousand_calls()
    {
        var count = 0;
        object? kept = null;

        Assert.True(Measure(null, () => kept = ++count % Calls == 0 ? new object() : kept) > 0);
        Assert.NotNull(kept);
    }

    private static long Measure(Keys.Caller? caller, Action call)
    {
        using var binding = CallerScope.Bind(caller);
        for (var i = 0; i < Calls; i++)
        {
            call();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i++)
        {
            call();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Finish(Task<string> work) => AssertDone(work.IsCompletedSuccessfully);

    private static void Finish(ValueTask work)
    {
        AssertDone(work.IsCompletedSuccessfully);
        work.GetAwaiter().GetResult();
    }

    private static void Finish(ValueTask<long> work)
    {
        AssertDone(work.IsCompletedSuccessfully);
        work.GetAwaiter().GetResult();
    }

    private static void AssertDone(bool isDone)
    {
        if (!isDone)
        {
            throw new InvalidOperationException("The call did not complete at once, so nothing was measured.");
        }
    }
}
