using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A price that is never charged.</summary>
public sealed class AK0002Tests
{
    [Fact]
    public Task Flags_a_price_without_a_scope() => Rule<PriceAnalyzer>.CheckAsync("""
        public class Tools
        {
            [{|AK0002:Cost(15)|}]
            public int Chat() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_a_price_beside_a_scope_or_on_an_override_of_a_scoped_tool() => Rule<PriceAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public virtual int Chat() => 1;
        }

        public class DearTools : Tools
        {
            [Cost(30)]
            public override int Chat() => 2;
        }
        """);

    [Fact]
    public Task Adds_the_scope_that_the_names_suggest() => Rule<PriceAnalyzer>.FixAsync<TagToolFix>(
        """
        public class ProxyTools
        {
            [{|AK0002:Cost(15)|}]
            public int ChatAsync() => 1;

            [KernelFunction]
            [{|AK0002:Cost(2)|}, Description("Reads.")]
            public int ReadAll() => 1;
        }
        """,
        """
        public class ProxyTools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public int ChatAsync() => 1;

            [KernelFunction]
            [AgentScope("proxy.read-all"), Cost(2), Description("Reads.")]
            public int ReadAll() => 1;
        }
        """);
}
