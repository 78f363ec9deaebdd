using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A price by a number that the call does not have.</summary>
public sealed class AK0010Tests
{
    [Theory]
    [InlineData("\"maxToken\"")]
    [InlineData("\"\"")]
    [InlineData("nameof(prompt)")]
    [InlineData("nameof(ratio)")]
    [InlineData("nameof(maybe)")]
    public Task Flags_what_is_no_integer_parameter(string unit) => Rule<PriceAnalyzer>.CheckAsync(Tool($$"""{|AK0010:{{unit}}|}"""));

    [Theory]
    [InlineData("\"maxTokens\"")]
    [InlineData("nameof(maxTokens)")]
    [InlineData("nameof(size)")]
    [InlineData("nameof(small)")]
    public Task Does_not_flag_an_integer_parameter(string unit) => Rule<PriceAnalyzer>.CheckAsync(Tool(unit));

    [Fact]
    public Task Names_the_parameter_that_was_meant() => Rule<PriceAnalyzer>.FixAsync<ReplaceArgumentFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(1, Per = {|AK0010:"maxToken"|}, PerUnits = 1000)]
            public int Chat(int maxTokens, int count) => 1;

            [AgentScope("proxy.read"), Cost(1, Per = {|AK0010:nameof(text)|})]
            public int Read(string text, long length) => 1;

            [AgentScope("proxy.send"), Cost(1, Per = {|AK0010:"whatever"|})]
            public int Send(int first, int second) => 1;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(1, Per = nameof(maxTokens), PerUnits = 1000)]
            public int Chat(int maxTokens, int count) => 1;

            [AgentScope("proxy.read"), Cost(1, Per = nameof(length))]
            public int Read(string text, long length) => 1;

            [AgentScope("proxy.send"), Cost(1, Per = {|AK0010:"whatever"|})]
            public int Send(int first, int second) => 1;
        }
        """);

    private static string Tool(string unit) => $$"""
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(1, Per = {{unit}})]
            public int Chat(string prompt, int maxTokens, ulong size, byte small, double ratio, int? maybe) => maxTokens;
        }
        """;

    [Fact]
    public Task Flags_an_override_that_calls_the_number_otherwise() => Rule<PriceAnalyzer>.CheckAsync("""
        public class Base
        {
            [AgentScope("proxy.chat"), Cost(1, Per = nameof(maxTokens))]
            public virtual int Chat(int maxTokens) => 1;
        }

        public class Tools : Base
        {
            public override int {|AK0010:Chat|}(int most) => 2;
        }

        public class MoreTools : Base
        {
            public override int Chat(int maxTokens) => 3;
        }
        """);
}
