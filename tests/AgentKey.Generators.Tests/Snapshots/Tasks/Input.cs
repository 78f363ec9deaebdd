using System.Threading.Tasks;
using AgentKey.Agents;
using AgentKey.Money;

namespace Demo;

public static class PagePrice
{
    public static Cost Price(int pages, string name) => Cost.FromCents(pages + name.Length);
}

public sealed class Tasks
{
    [AgentScope("tasks.two"), Cost(1)]
    public Task<int> TwoAsync(int call) => Task.FromResult(call);

    [AgentScope("tasks.one"), Cost(2)]
    public Task<int> OneAsync() => Task.FromResult(1);

    [AgentScope("tasks.one-static"), Cost(3)]
    public static Task<int> OneStaticAsync(int value) => Task.FromResult(value);

    [AgentScope("tasks.none"), Cost(4)]
    public static Task<int> NoneAsync() => Task.FromResult(0);

    [AgentScope("tasks.reserved"), Cost(5)]
    public Task<int> ReservedAsync(int Item1, int Rest) => Task.FromResult(Item1 + Rest);

    [AgentScope("tasks.dynamic"), Cost(6)]
    public Task<int> DynamicAsync(dynamic anything) => Task.FromResult(1);

    [AgentScope("tasks.per"), Cost(7, Per = nameof(@int))]
    public Task<int> PerAsync(int @int) => Task.FromResult(@int);

    [AgentScope("tasks.rule"), Cost(typeof(PagePrice))]
    public Task<string> RuleAsync(string name, int pages) => Task.FromResult(name);

    [AgentScope("tasks.up-to"), Cost(UpTo = 8)]
    public Task<string> UpToAsync(string name) => Task.FromResult(name);
}
