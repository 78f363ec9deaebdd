using System.Collections;
using System.Text.Json.Nodes;
using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;
using AgentKey.Money;

namespace AgentKey.Agents.Tests;

/// <summary>A tool that returns <c>object</c> may return work that goes on: that is a part of the call.</summary>
public sealed class UntypedResultTests
{
    private static readonly ToolPolicy Policy = new("Work.Run", "work.run", Cost.FromCents(5));

    private static readonly Dictionary<string, Func<GuardedUntypedTools, CancellationToken, Task<object?>>> Calls = new(StringComparer.Ordinal)
    {
        ["object"] = async (tools, token) => await tools.Anything(token),
        ["dynamic"] = async (tools, token) => (object?)await tools.Dynamic(token),
        ["later"] = async (tools, token) => await tools.LaterAsync(token),
        ["in a task that is done"] = async (tools, token) => await tools.DoneAsync(token),
        ["of a type parameter"] = async (tools, token) => await tools.Inherited(token),
    };

    public static TheoryData<string> Shapes => [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_task_that_fails_costs_nothing(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        var failure = new InvalidDataException("the tool's own");

        Assert.Same(failure, await Record.ExceptionAsync(() => Calls[shape](Tools(host, _ => FailLaterAsync(failure)), default)));

        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_task_is_handed_on_itself_when_it_is_done(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        var work = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);

        var call = Calls[shape](Tools(host, _ => work.Task), default);
        work.SetResult(3);

        Assert.Same(work.Task, await call);
        Assert.Equal(5, await host.SpentCentsAsync(key));
    }

    [Fact]
    public async Task A_task_reports_what_it_cost_until_it_is_done()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        await Tools(host, _ => ReportLaterAsync()).Held();

        Assert.Equal(7, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_task_that_is_cancelled_stays_paid(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        using var cancellation = new CancellationTokenSource();

        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        var call = Calls[shape](Tools(host, WorkAsync), cancellation.Token);
        await begun.Task;
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(5, await host.SpentCentsAsync(key));

        Task WorkAsync(CancellationToken token)
        {
            begun.SetResult();
            return Task.Delay(Timeout.Infinite, token);
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_sequence_is_read_to_its_end_within_the_call(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        var result = Assert.IsType<int[]>(await Calls[shape](Tools(host, _ => Counted(host.Work)), default));

        Assert.Equal([1, 2], result);
        Assert.Equal(1, host.Work.Runs);
        Assert.Equal(new object[] { 1, 'b' }, await Calls[shape](Tools(host, _ => new Loose(1, 'b')), default));
        await Assert.ThrowsAsync<InvalidDataException>(() => Calls[shape](Tools(host, _ => Failing()), default));
        Assert.Equal(10, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task What_nobody_can_wait_for_without_its_type_fails_and_costs_nothing(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        foreach (var late in (object[])[StreamAsync(), new ValueTask(Task.CompletedTask), new ValueTask<int>(3)])
        {
            var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => Calls[shape](Tools(host, _ => late), default));
            Assert.Contains(late.GetType().ToString(), refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task What_is_done_already_is_handed_on_itself(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 1000);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        foreach (var done in (object?[])[null, 3, "text", new[] { 1 }, new HashSet<int> { 1 }, new JsonObject { ["a"] = 1 }, new Queue<int>([1]), new { A = 1 }])
        {
            Assert.Same(done, await Calls[shape](Tools(host, _ => done), default));
        }
    }

    [Fact]
    public async Task What_a_delegate_returns_is_a_part_of_its_call()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        Assert.Equal([1, 2], await host.Guard.RunAsync(Policy, _ => new ValueTask<IEnumerable<int>>(Counted(host.Work))));
        Assert.Equal(1, host.Work.Runs);
        await Assert.ThrowsAsync<InvalidDataException>(() => host.Guard.RunAsync(Policy, _ => new ValueTask<IEnumerable<int>>(Failing())).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Guard.RunAsync(Policy, _ => new ValueTask<IAsyncEnumerable<int>>(StreamAsync())).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Guard.RunAsync(Policy, _ => new ValueTask<Loose>(new Loose(1))).AsTask());

        Assert.Equal(5, await host.SpentCentsAsync(key));
    }

    private static GuardedUntypedTools Tools(AgentHost host, Func<CancellationToken, object?> work) => new(new UntypedTools(work), host.Guard);

    private static async Task FailLaterAsync(Exception failure)
    {
        await Task.Yield();
        throw failure;
    }

    private static async Task ReportLaterAsync()
    {
        await Task.Yield();
        ToolCall.Current!.ReportCost(Cost.FromCents(7));
    }

    private static IEnumerable<int> Failing()
    {
        yield return 1;
        throw new InvalidDataException();
    }

    private static IEnumerable<int> Counted(Work work)
    {
        work.Enter();
        yield return 1;
        yield return 2;
    }

    private static async IAsyncEnumerable<int> StreamAsync()
    {
        await Task.Yield();
        yield return 1;
    }

    /// <summary>A sequence of anything, read as nothing else.</summary>
    private sealed class Loose(params object[] items) : IEnumerable
    {
        public IEnumerator GetEnumerator() => items.GetEnumerator();
    }
}
