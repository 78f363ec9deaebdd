namespace AgentKey.Agents.Tests.Tools;

/// <summary>Tools without an instance.</summary>
public static class Arithmetic
{
    [AgentScope("arithmetic.add"), Cost(7)]
    public static long Add(long left, long right) => checked(left + right);

    [AgentScope("arithmetic.add"), Cost(8)]
    public static long Add(long first, long second, long third) => checked(first + second + third);
}
