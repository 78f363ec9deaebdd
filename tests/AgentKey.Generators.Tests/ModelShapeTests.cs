using System.Reflection;
using AgentKey.Generators.Tests.Compiling;

namespace AgentKey.Generators.Tests;

/// <summary>A model that holds a symbol or a syntax tree never equals its successor, and keeps a whole compilation alive.</summary>
public sealed class ModelShapeTests
{
    private const string Source = """
        using System.ComponentModel;
        using AgentKey.Agents;

        namespace Demo;

        [Description("tools")]
        public sealed class Tools
        {
            [AgentScope("demo.first"), Cost(5)]
            public string First([Description("a text")] string text, int count = 3) => text + count;

            [AgentPublic]
            public string Help() => "";

            [AgentScope("demo.ruled"), Cost(typeof(Rule))]
            public string Ruled(int count) => "";
        }

        public static class Rule
        {
            public static AgentKey.Money.Cost Price(int count) => default;
            public static AgentKey.Money.Cost Settle(string result) => default;
        }

        public sealed class Derived : Base;

        public class Base
        {
            [AgentScope("demo.base"), Cost(5)]
            public string Inherited() => "";
        }
        """;

    [Theory]
    [InlineData(TrackingNames.Tools)]
    [InlineData(TrackingNames.ToolClasses)]
    [InlineData(TrackingNames.Features)]
    public void What_the_pipeline_hands_on_holds_nothing_of_the_compiler(string step)
    {
        var values = GeneratorRun.Of(Source).Result.TrackedSteps[step].SelectMany(result => result.Outputs).Select(output => output.Value).ToList();

        Assert.Single(values);
        Assert.All(values, value => Assert.All(Reachable(value), found => Assert.False(
            found.GetType().Namespace!.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal), $"{step} holds a {found.GetType()}")));
    }

    [Fact]
    public void The_walk_reaches_the_parameters_and_the_price_rule_of_a_tool()
    {
        var classes = GeneratorRun.Of(Source).Result.TrackedSteps[TrackingNames.ToolClasses].Single().Outputs.Single().Value;

        Assert.Equal(3, Reachable(classes).Count(found => found.GetType().Name == "ParameterModel"));
        Assert.Equal(2, Reachable(classes).Count(found => found.GetType().Name == "RuleCallModel"));
    }

    private static HashSet<object> Reachable(object root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>([root]);
        while (open.TryPop(out var value))
        {
            var type = value.GetType();
            if (type.IsPrimitive || type.IsEnum || value is string or Type || !seen.Add(value))
            {
                continue;
            }

            foreach (var part in Parts(value, type))
            {
                open.Push(part);
            }
        }

        return seen;
    }

    private static IEnumerable<object> Parts(object value, Type type) => value is Array array
        ? array.Cast<object>()
        : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(field => field.GetValue(value)).OfType<object>();
}
