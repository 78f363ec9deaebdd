using System;
using System.Threading.Tasks;
using AgentKey.Agents;

namespace Demo;

public static class Clock
{
    [AgentScope("clock.now"), Cost(1)]
    public static string Now(DateTime of) => of.ToString("O");

    [AgentScope("clock.now"), Cost(2)]
    public static string Now(DateTime of, string format) => of.ToString(format);
}

public class Outer
{
    internal sealed record Inner(string Name)
    {
        [AgentScope("outer.inner")]
        public Task<string> ReadAsync() => Task.FromResult(Name);

        [AgentScope("outer.shared")]
        internal static int Shared() => 1;
    }
}
