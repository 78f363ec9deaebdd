using AgentKey.Analyzers.Tests.Checking;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A tool that checks its caller and charges nothing.</summary>
public sealed class AK0017Tests
{
    [Fact]
    public Task Shows_a_scope_without_a_price_and_a_price_of_nothing() => Rule<PriceAnalyzer>.CheckAsync("""
        public class Tools
        {
            [{|AK0017:AgentScope("proxy.list")|}]
            public int List() => 1;

            [AgentScope("proxy.read"), Cost({|AK0017:0|})]
            public int Read() => 1;

            [AgentScope("proxy.send"), Cost({|AK0017:0.0|})]
            public int Send() => 1;
        }
        """);

    [Fact]
    public Task Does_not_show_what_costs_or_is_public() => Rule<PriceAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public int Chat() => 1;

            [AgentScope("proxy.long"), Cost(UpTo = 40)]
            public int Long() => 1;

            [AgentPublic]
            public int Ping() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_an_override_that_inherits_its_price() => Rule<PriceAnalyzer>.CheckAsync("""
        public class Base
        {
            [AgentScope("proxy.chat"), Cost(1)]
            public virtual int Chat() => 1;
        }

        public class Tools : Base
        {
            [AgentScope("proxy.chat-more")]
            public override int Chat() => 2;
        }
        """);
}
