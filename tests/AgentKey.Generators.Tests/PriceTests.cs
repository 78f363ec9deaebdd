using AgentKey.Generators.Tests.Compiling;

namespace AgentKey.Generators.Tests;

/// <summary>Every form of a price, exact, and everything that is no price.</summary>
public sealed class PriceTests
{
    public static TheoryData<string, string> Prices => new()
    {
        { "Cost(15)", "Cost.FromCents(15)" },
        { "Cost(0)", "Cost.FromCents(0)" },
        { "Cost(9223372036854L)", "Cost.FromCents(9223372036854)" },
        { "Cost(0.2)", "Cost.FromCents(0.2M)" },
        { "Cost(0.1 + 0.7)", null! }, // What a double makes of it is not 0.8.
        { "Cost(0.000001)", "Cost.FromCents(0.000001M)" },
        { "Cost(12.5)", "Cost.FromCents(12.5M)" },
        { "Cost(3.0)", "Cost.FromCents(3)" },
        { "Cost(123456789.123456)", "Cost.FromCents(123456789.123456M)" },
        { "Cost(UpTo = 40)", "ToolPrice.UpTo(global::AgentKey.Money.Cost.FromCents(40))" },
        { "Cost(UpTo = 0.5)", "ToolPrice.UpTo(global::AgentKey.Money.Cost.FromCents(0.5M))" },
        { "Cost(1, Per = nameof(count))", "ToolPrice.PerArgument(global::AgentKey.Money.Cost.FromCents(1), \"count\")" },
        { "Cost(0.2, Per = nameof(count), PerUnits = 1000)", "ToolPrice.PerArgument(global::AgentKey.Money.Cost.FromCents(0.2M), \"count\", 1000)" },
        { "Cost(1, Per = nameof(big))", "ToolPrice.PerArgument(global::AgentKey.Money.Cost.FromCents(1), \"big\")" },
        { "Cost(1, OnFailure = FailureOutcome.Keep)", "OnFailure = global::AgentKey.Agents.FailureOutcome.Keep," },
        { "Cost(UpTo = 1, OnCancellation = FailureOutcome.Refund)", "OnCancellation = global::AgentKey.Agents.FailureOutcome.Refund," },
        { "Cost(1, OnFailure = FailureOutcome.Refund, OnCancellation = FailureOutcome.Keep)", "FromCents(1));" },
        { "Cost(typeof(Rules.ByText))", "global::Rules.ByText.Price(text: text, count: count)" },
        { "Cost(typeof(Rules.BySize))", "() => global::Rules.BySize.Settle(text: text, result: result)" },
        { "Cost(typeof(Rules.WithDefault))", "global::Rules.WithDefault.Price(count: count)" },
    };

    public static TheoryData<string> NoPrices =>
    [
        "Cost(-1)",
        "Cost(long.MaxValue)",
        "Cost(-0.5)",
        "Cost(0.0000001)",
        "Cost(0.2f)",
        "Cost(double.NaN)",
        "Cost(double.PositiveInfinity)",
        "Cost(1e13)",
        "Cost(1234567890123.123456)", // More digits than a double keeps.
        "Cost",
        "Cost(UpTo = -1)",
        "Cost(5, UpTo = 40)",
        "Cost(UpTo = 40, Per = nameof(count))",
        "Cost(5, PerUnits = 1000)",
        "Cost(5, Per = nameof(count), PerUnits = 0)",
        "Cost(5, Per = nameof(count), PerUnits = -1)",
        "Cost(5, Per = \"nobody\")",
        "Cost(5, Per = nameof(text))",
        "Cost(5, Per = nameof(maybe))",
        "Cost(5, Per = nameof(letter))",
        "Cost(5, Per = null)",
        "Cost(null!)",
        "Cost(typeof(string))",
        "Cost(typeof(Rules.ByText), UpTo = 5)",
        "Cost(typeof(Rules.Unknown))",
        "Cost(typeof(Rules.WrongType))",
        "Cost(typeof(Rules.NotCost))",
        "Cost(typeof(Rules.NotStatic))",
        "Cost(typeof(Rules.Hidden))",
        "Cost(typeof(Rules.Ambiguous))",
        "Cost(typeof(Rules.Overloaded))",
        "Cost(typeof(Rules.OverloadedByGeneric))",
        "Cost(typeof(Rules.OverloadedSettle))",
        "Cost(typeof(Rules.WrongSettle))",
        "Cost(typeof(Rules.Generic<>))",
    ];

    private const string Rules = """

        public static class Rules
        {
            public static class ByText { public static Cost Price(string text, int count) => default; }
            public static class BySize
            {
                internal static Cost Price() => default;
                internal static Cost Settle(string text, object result) => default;
            }
            public static class WithDefault { public static Cost Price(long count, int rate = 5) => default; }
            public static class Unknown { public static Cost Price(string nobody) => default; }
            public static class WrongType { public static Cost Price(string count) => default; }
            public static class NotCost { public static long Price(int count) => 1; }
            public class NotStatic { public Cost Price(int count) => default; }
            public static class Hidden { private static Cost Price(int count) => default; }
            public static class Ambiguous { public static Cost Price(int count) => default; public static Cost Price(string text) => default; }
            public static class Overloaded { public static Cost Price(long count) => default; public static object Price(int count) => count; }
            public static class OverloadedByGeneric { public static Cost Price(long count) => default; public static Cost Price<T>(T count) => default; }
            public static class OverloadedSettle
            {
                public static Cost Price(int count) => default;
                public static Cost Settle(object result) => default;
                public static Cost Settle<T>(T result) => default;
            }
            public static class WrongSettle { public static Cost Price() => default; public static Cost Settle(int result) => default; }
            public static class Generic<T> { public static Cost Price() => default; }
        }
        """;

    [Theory]
    [MemberData(nameof(Prices))]
    public void A_price_is_written_exactly(string attribute, string? expected)
    {
        var run = Run(attribute);

        if (expected is null)
        {
            Assert.Empty(run.Type("GuardedTools")!.GetMembers("Priced"));
            return;
        }

        Assert.Contains(expected, run.Files["Tools.Guarded.g.cs"], StringComparison.Ordinal);
        Assert.Empty(run.Complaints);
    }

    [Theory]
    [MemberData(nameof(NoPrices))]
    public void A_tool_whose_price_is_none_gets_no_twin_rather_than_a_free_one(string attribute)
    {
        var twin = Run(attribute).Type("GuardedTools")!;

        Assert.NotEmpty(twin.GetMembers("Free"));
        Assert.Empty(twin.GetMembers("Priced"));
    }

    [Fact]
    public void A_price_that_is_known_needs_no_call_of_its_own()
    {
        var code = Run("Cost(15)").Files["Tools.Guarded.g.cs"];

        Assert.Contains("ChargeAsync(PricedPolicy, default)", code, StringComparison.Ordinal);
        Assert.DoesNotContain("=>", code[code.IndexOf("Priced(", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    private static GeneratorRun Run(string attribute) => GeneratorRun.Of($$"""
        using AgentKey.Agents;
        using AgentKey.Money;

        public class Tools
        {
            [AgentScope("demo.free")]
            public int Free() => 1;

            [AgentScope("demo.priced"), {{attribute}}]
            public string Priced(string text, int count, ulong big = 1, int? maybe = null, char letter = 'x') => text;
        }
        {{Rules}}
        """);
}
