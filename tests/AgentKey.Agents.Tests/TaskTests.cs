using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.Tests;

/// <summary>A tool that returns a task: its own is handed on where it is done at once, and every other ends as any call does.</summary>
public sealed class TaskTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_done_at_once_is_the_tools_own_task()
    {
        await using var host = await AgentHost.StartAsync();
        var caller = host.CallerOf(await host.CreateKeyAsync(cents: 100));
        var yes = await host.Keys.ChargeAsync(caller, new ChargeRequest("work.ask", Cost.FromCents(1)), Cancellation);
        var own = Task.FromResult("own");
        var tools = new GuardedDoneTools(new DoneTools { Body = () => own }, new ToolGuard(new AlwaysYesTill(yes)));
        using var binding = CallerScope.Bind(caller);

        Assert.Same(own, tools.AskAsync("?", Cancellation));
        Assert.Same(own, tools.NameAsync());
        Assert.Same(own, tools.ReadAsync(2));
        Assert.Same(own, tools.QuoteAsync(2));
    }

    [Fact]
    public async Task Each_call_is_charged_at_its_price()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var tools = new GuardedDoneTools(new DoneTools(), host.Guard);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        Assert.Equal("told", await tools.AskAsync("?", Cancellation));
        Assert.Equal("told", await tools.NameAsync());
        Assert.Equal("told", await tools.TimeAsync());
        Assert.Equal("told", await tools.ReadAsync(pages: 4));
        Assert.Equal("told", await tools.QuoteAsync(cents: 11));

        Assert.Equal(3 + 3 + 3 + 8 + 11, await host.SpentCentsAsync(key));
    }

    public static TheoryData<string> Failures => ["thrown", "thrown later", "failed", "cancelled", "no task"];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_costs_nothing_however_it_comes(string how)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        var tools = new GuardedDoneTools(new DoneTools { Body = () => Fail(how) }, host.Guard);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        var work = tools.AskAsync("?", Cancellation);

        Assert.NotNull(await Record.ExceptionAsync(() => work));
        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_costs_nothing_where_the_charge_was_there_at_once(string how)
    {
        await using var host = await AgentHost.StartAsync();
        var caller = host.CallerOf(await host.CreateKeyAsync(cents: 100));
        var yes = await host.Keys.ChargeAsync(caller, new ChargeRequest("work.ask", Cost.FromCents(1)), Cancellation);
        var till = new AlwaysYesTill(yes);
        var tools = new GuardedDoneTools(new DoneTools { Body = () => Fail(how) }, new ToolGuard(till));
        using var binding = CallerScope.Bind(caller);

        var work = tools.AskAsync("?", Cancellation);

        Assert.NotNull(await Record.ExceptionAsync(() => work));
        Assert.Equal(1, till.Voided);
    }

    [Fact]
    public async Task What_the_adapter_calls_a_failure_is_refunded_although_the_task_is_done()
    {
        await using var host = await AgentHost.StartAsync();
        var caller = host.CallerOf(await host.CreateKeyAsync(cents: 100));
        var yes = await host.Keys.ChargeAsync(caller, new ChargeRequest("work.ask", Cost.FromCents(1)), Cancellation);
        var till = new AlwaysYesTill(yes);
        var tools = new GuardedDoneTools(new DoneTools(), new ToolGuard(till));
        using var binding = CallerScope.Bind(caller, new ToolCall { IsFailure = result => result is "told" });

        Assert.Equal("told", await tools.AskAsync("?", Cancellation));

        Assert.Equal(1, till.Voided);
    }

    [Fact]
    public async Task A_refusal_is_in_the_task()
    {
        await using var host = await AgentHost.StartAsync();
        var tools = new GuardedDoneTools(new DoneTools { Body = () => throw new InvalidOperationException("ran for free") }, host.Guard);

        var withoutCaller = tools.AskAsync("?", Cancellation);
        using var binding = CallerScope.Bind(host.CallerOf(await host.CreateKeyAsync(cents: 1)));
        var tooDear = tools.ReadAsync(pages: 1);
        var negative = tools.ReadAsync(pages: -1);

        Assert.Equal(DenialCode.NoCaller, (await Assert.ThrowsAsync<ToolDeniedException>(() => withoutCaller)).Denial.Reason);
        Assert.Equal(DenialCode.BudgetExhausted, (await Assert.ThrowsAsync<ToolDeniedException>(() => tooDear)).Denial.Reason);
        Assert.Equal(DenialCode.InvalidArgument, (await Assert.ThrowsAsync<ToolDeniedException>(() => negative)).Denial.Reason);
    }

    [Fact]
    public async Task The_callers_binding_is_back_when_the_task_is_returned()
    {
        await using var host = await AgentHost.StartAsync();
        var caller = host.CallerOf(await host.CreateKeyAsync(cents: 100));
        var yes = await host.Keys.ChargeAsync(caller, new ChargeRequest("work.ask", Cost.FromCents(1)), Cancellation);
        var gate = new TaskCompletionSource();
        Caller? inside = null;
        var tools = new GuardedDoneTools(new DoneTools { Body = WaitAsync }, new ToolGuard(new AlwaysYesTill(yes)));
        var call = new ToolCall();
        using var binding = CallerScope.Bind(caller, call);
        Assert.True(call.TryClaim());
        var before = CallerScope.Frame;

        var work = tools.AskAsync("?", Cancellation);

        Assert.Same(before, CallerScope.Frame);
        gate.SetResult();
        Assert.Equal("waited", await work);
        Assert.Same(caller, inside);

        async Task<string> WaitAsync()
        {
            await gate.Task;
            inside = CallerScope.Current;
            return "waited";
        }
    }

    private static Task<string> Fail(string how) => how switch
    {
        "thrown" => throw new InvalidDataException("the tool's own"),
        "thrown later" => ThrowLaterAsync(),
        "failed" => Task.FromException<string>(new InvalidDataException("the tool's own")),
        "cancelled" => Task.FromCanceled<string>(new CancellationToken(canceled: true)),
        _ => null!,
    };

    private static async Task<string> ThrowLaterAsync()
    {
        await Task.Yield();
        throw new InvalidDataException("the tool's own");
    }
}
