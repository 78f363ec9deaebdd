using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A price that cannot be charged.</summary>
public sealed class AK0003Tests
{
    [Theory]
    [InlineData("{|AK0003:-1|}")]
    [InlineData("{|AK0003:long.MinValue|}")]
    [InlineData("{|AK0003:9_223_372_036_855|}")]
    [InlineData("{|AK0003:-0.2|}")]
    [InlineData("{|AK0003:0.0000001|}")]
    [InlineData("{|AK0003:double.NaN|}")]
    [InlineData("{|AK0003:double.PositiveInfinity|}")]
    [InlineData("{|AK0003:1e300|}")]
    [InlineData("{|AK0003:3 * 0.1|}")]
    [InlineData("{|AK0003:1234567890123.123456|}")]
    [InlineData("UpTo = {|AK0003:0.1 + 0.7|}")]
    [InlineData("UpTo = {|AK0003:-40|}")]
    [InlineData("{|AK0003:-1|}, Per = nameof(maxTokens)")]
    public Task Flags_an_amount_that_is_no_price(string arguments) => Rule<PriceAnalyzer>.CheckAsync(Tool($"Cost({arguments})"));

    [Theory]
    [InlineData("Cost()")]
    [InlineData("Cost(OnFailure = FailureOutcome.Keep)")]
    [InlineData("Cost(15, UpTo = 40)")]
    [InlineData("Cost(UpTo = 40, Per = nameof(maxTokens))")]
    [InlineData("Cost(typeof(Rule), Per = nameof(maxTokens))")]
    [InlineData("Cost(typeof(Rule), UpTo = 40)")]
    [InlineData("Cost(15, PerUnits = 1000)")]
    [InlineData("Cost(15, Per = nameof(maxTokens), PerUnits = 0)")]
    public Task Flags_a_price_that_contradicts_itself(string cost) => Rule<PriceAnalyzer>.CheckAsync(Tool($$"""{|AK0003:{{cost}}|}"""));

    [Theory]
    [InlineData("1")]
    [InlineData("0.000001")]
    [InlineData("9_223_372_036_854")]
    [InlineData("UpTo = 40")]
    [InlineData("UpTo = 0.5, OnCancellation = FailureOutcome.Refund")]
    [InlineData("1, Per = nameof(maxTokens), PerUnits = 1000")]
    [InlineData("typeof(Rule)")]
    public Task Does_not_flag_what_can_be_charged(string arguments) => Rule<PriceAnalyzer>.CheckAsync(Tool($"Cost({arguments})"));

    [Fact]
    public Task Writes_what_was_meant() => Rule<PriceAnalyzer>.FixAsync<ReplaceArgumentFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost({|AK0003:-15|})]
            public int Chat() => 1;

            [AgentScope("proxy.read"), Cost({|AK0003:0.00000011|})]
            public int Read() => 1;

            [AgentScope("proxy.write"), Cost(UpTo = {|AK0003:-0.5|})]
            public int Write() => 1;

            [AgentScope("proxy.send"), Cost({|AK0003:long.MaxValue|})]
            public int Send() => 1;

            [AgentScope("proxy.sum"), Cost({|AK0003:3 * 0.1|})]
            public int Sum() => 1;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public int Chat() => 1;

            [AgentScope("proxy.read"), Cost(0.000001)]
            public int Read() => 1;

            [AgentScope("proxy.write"), Cost(UpTo = 0.5)]
            public int Write() => 1;

            [AgentScope("proxy.send"), Cost({|AK0003:long.MaxValue|})]
            public int Send() => 1;

            [AgentScope("proxy.sum"), Cost(0.3)]
            public int Sum() => 1;
        }
        """,
        ReplaceArgumentFix.Meant);

    [Fact]
    public Task Writes_nothing() => Rule<PriceAnalyzer>.FixAsync<ReplaceArgumentFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost({|AK0003:-15|})]
            public int Chat() => 1;

            [AgentScope("proxy.read"), Cost({|AK0003:-1|})]
            public int Read() => 1;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost({|AK0017:0|})]
            public int Chat() => 1;

            [AgentScope("proxy.read"), Cost({|AK0017:0|})]
            public int Read() => 1;
        }
        """,
        ReplaceArgumentFix.Nothing);

    private static string Tool(string cost) => $$"""
        public static class Rule
        {
            public static AgentKey.Money.Cost Price() => AgentKey.Money.Cost.FromCents(1);
        }

        public class Tools
        {
            [AgentScope("proxy.chat"), {{cost}}]
            public int Chat(int maxTokens = 1) => maxTokens;
        }
        """;
}
