using System;
using System.ComponentModel;
using AgentKey.Agents;

namespace Demo;

[AttributeUsage(AttributeTargets.Method, Inherited = false)]
public sealed class OwnAttribute : Attribute
{
}

public abstract class Base<T>
{
    [AgentScope("base.echo"), Cost(3), Own, Description("says it again")]
    [return: Description("the same")]
    public virtual T Echo([Description("anything")] T value) => value;

    [AgentScope("base.kind"), Cost(2)]
    public string Kind() => typeof(T).Name;

    [AgentScope("base.hidden")]
    public int Hidden() => 1;

    [AgentScope("base.protected")]
    protected int Protected() => 1;
}

public class Texts : Base<string>
{
    public override string Echo(string value) => value + value;

    public new int Hidden() => 2;
}

public sealed record Numbers(int Start) : NumbersBase
{
    [AgentScope("numbers.next"), Cost(1)]
    public int Next() => Start + 1;
}

public record NumbersBase
{
    [AgentScope("numbers.base"), Cost(1)]
    public int Zero() => 0;
}

public sealed class aTools
{
    [AgentScope("case.lower")]
    public int Read() => 1;
}

public sealed class ATools
{
    [AgentScope("case.upper")]
    public int Read() => 1;
}
