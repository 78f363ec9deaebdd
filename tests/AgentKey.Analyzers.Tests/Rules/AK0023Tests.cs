using AgentKey.Analyzers.Tests.Checking;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A price rule that the generator cannot call.</summary>
public sealed class AK0023Tests
{
    [Theory]
    [InlineData("")]
    [InlineData("public static long Price(string prompt) => 1;")]
    [InlineData("public Cost Price(string prompt) => default;")]
    [InlineData("private static Cost Price(string prompt) => default;")]
    [InlineData("public static Cost Price(string other) => default;")]
    [InlineData("public static Cost Price(int prompt) => default;")]
    [InlineData("public static Cost Price() => default; public static Cost Price(string prompt) => default;")]
    [InlineData("public static Cost Price() => default; public static Cost Settle(int result) => default;")]
    public Task Flags_a_rule_that_does_not_fit(string members) => Rule<PriceAnalyzer>.CheckAsync(Tool(members, "{|AK0023:typeof(ChatPrice)|}"));

    [Theory]
    [InlineData("public static Cost Price() => default;")]
    [InlineData("internal static Cost Price(string prompt) => default;")]
    [InlineData("public static Cost Price(object prompt, int extra = 1) => default;")]
    [InlineData("public static Cost Price(string prompt) => default; public static Cost Settle(string prompt, string result) => default;")]
    public Task Does_not_flag_a_rule_that_fits(string members) => Rule<PriceAnalyzer>.CheckAsync(Tool(members, "typeof(ChatPrice)"));

    private static string Tool(string members, string rule) => $$"""
        using Cost = AgentKey.Money.Cost;

        public class ChatPrice
        {
            {{members}}
        }

        public class Tools
        {
            [AgentScope("proxy.chat"), AgentKey.Agents.Cost({{rule}})]
            public Task<string> Chat(string prompt) => Task.FromResult(prompt);
        }
        """;

    [Fact]
    public Task Flags_an_override_that_calls_an_argument_otherwise() => Rule<PriceAnalyzer>.CheckAsync("""
        public static class ChatPrice
        {
            public static AgentKey.Money.Cost Price(string prompt) => default;
        }

        public class Base
        {
            [AgentScope("proxy.chat"), Cost(typeof(ChatPrice))]
            public virtual int Chat(string prompt) => 1;
        }

        public class Tools : Base
        {
            public override int {|AK0023:Chat|}(string text) => 2;
        }
        """);

    [Fact]
    public Task Flags_a_settlement_that_the_rule_inherits() => Rule<PriceAnalyzer>.CheckAsync("""
        public class TokenPrice
        {
            public static AgentKey.Money.Cost Settle(int result) => default;
        }

        public class ChatPrice : TokenPrice
        {
            public static AgentKey.Money.Cost Price() => default;
        }

        public class Tools
        {
            [AgentScope("proxy.chat"), Cost({|AK0023:typeof(ChatPrice)|})]
            public int Chat() => 1;
        }
        """);

    [Fact]
    public Task Flags_a_rule_that_only_its_own_file_can_name() => Rule<PriceAnalyzer>.CheckAsync("""
        file static class ChatPrice
        {
            public static AgentKey.Money.Cost Price() => default;
        }

        public class Tools
        {
            [AgentScope("proxy.chat"), Cost({|AK0023:typeof(ChatPrice)|})]
            public int Chat(string prompt) => 1;
        }
        """);
}
