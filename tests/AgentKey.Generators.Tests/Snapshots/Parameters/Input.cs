using System;
using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using AgentKey.Agents;

namespace Demo.@event;

public enum Depth : byte
{
    Shallow,
    Deep = 7,
}

[AttributeUsage(AttributeTargets.All)]
public sealed class NoteAttribute : Attribute
{
    public NoteAttribute(string? text) => Text = text;

    public NoteAttribute(Type? type) => Type = type;

    public NoteAttribute(params object?[] values) => Values = values;

    public string? Text { get; }

    public Type? Type { get; }

    public object?[]? Values { get; }

    public Depth Depth { get; set; }
}

public sealed class Parameters
{
    public const string Greeting = "line\n\"quoted\" \\ \u00e9";

    [AgentScope("demo.defaults")]
    public string Defaults(
        string text = Greeting,
        string? nothing = null,
        char letter = '\'',
        bool flag = true,
        sbyte small = -3,
        long large = long.MinValue,
        ulong larger = ulong.MaxValue,
        float ratio = 0.1F,
        double precise = double.NaN,
        decimal price = 1.50M,
        Depth depth = Depth.Deep,
        Depth? maybe = Depth.Shallow,
        int? none = null,
        DateTime when = default) => text + nothing;

    [AgentScope("demo.old")]
    public int Old([Optional, DefaultParameterValue(5)] int value, [Note("optional too")] AttributeTargets targets = AttributeTargets.Class | AttributeTargets.Enum) => value;

    [AgentScope("demo.attributes")]
    [Note((string?)null)]
    [return: Description("what comes back")]
    public string Attributes(
        [Note(typeof(System.Collections.Generic.Dictionary<,>))] string first,
        [Note((Type?)null, Depth = Depth.Deep)] string? second,
        [Note("a", 1, 'c', Depth.Deep, null)] params string?[] rest) => first + second + rest.Length;

    [AgentScope("demo.names"), Cost(1)]
    public async Task<int> NamesPolicy(int charge, int failure, int _guard, int _inner, int NamesPolicyPolicy, int @class, int @await, int guard, int inner)
    {
        await Task.Yield();
        return charge + failure + _guard + _inner + NamesPolicyPolicy + @class + guard + inner;
    }

    [AgentScope("demo.names"), Cost(1)]
    public int Names((int Left, int Right) pair) => pair.Left + pair.Right;
}
