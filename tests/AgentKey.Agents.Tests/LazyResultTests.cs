using System.Collections;
using AgentKey.Agents.Tests.Hosting;
using AgentKey.Agents.Tests.Tools;
using AgentKey.Money;

namespace AgentKey.Agents.Tests;

/// <summary>A tool that returns a sequence may do its work only when somebody reads it: that is a part of the call.</summary>
public sealed class LazyResultTests
{
    private static readonly Dictionary<string, Func<GuardedLazyTools, Task<IEnumerable?>>> Calls = new(StringComparer.Ordinal)
    {
        ["at once"] = async tools => await tools.Numbers(),
        ["later"] = async tools => await tools.NumbersAsync(),
        ["in a task that is done"] = async tools => await tools.DoneAsync(),
        ["of anything"] = async tools => await tools.AnythingAsync(),
    };

    public static TheoryData<string> Shapes => [.. Calls.Keys];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Work_that_fails_while_it_is_read_costs_nothing(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        var failure = new InvalidDataException("the tool's own");

        Assert.Same(failure, await Record.ExceptionAsync(() => Calls[shape](Tools(host, () => Failing(failure)))));

        Assert.Equal(0, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task What_is_read_twice_is_worked_once(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        var result = await Calls[shape](Tools(host, () => Counted(host.Work)));

        Assert.Equal([1, 2], result!.Cast<int>());
        Assert.Equal([1, 2], result!.Cast<int>());
        Assert.Equal(1, host.Work.Runs);
        Assert.Equal(5, await host.SpentCentsAsync(key));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task What_is_done_already_is_handed_on_itself(string shape)
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));
        List<int> list = [1, 2];

        Assert.Same(list, await Calls[shape](Tools(host, () => list)));
        Assert.Null(await Calls[shape](Tools(host, () => null)));
    }

    [Fact]
    public async Task Work_reports_its_cost_while_it_is_read()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        Assert.Equal([1], (await Tools(host, Reporting).Held())!);

        Assert.Equal(7, await host.SpentCentsAsync(key));
    }

    private static GuardedLazyTools Tools(AgentHost host, Func<IEnumerable<int>?> work) => new(new LazyTools(work), host.Guard);

    private static IEnumerable<int> Failing(Exception failure)
    {
        yield return 1;
        throw failure;
    }

    private static IEnumerable<int> Counted(Work work)
    {
        work.Enter();
        yield return 1;
        yield return 2;
    }

    private static IEnumerable<int> Reporting()
    {
        ToolCall.Current!.ReportCost(Cost.FromCents(7));
        yield return 1;
    }
}
