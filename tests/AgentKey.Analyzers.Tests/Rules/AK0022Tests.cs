using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A tool that is free for everybody and has a price or a scope.</summary>
public sealed class AK0022Tests
{
    [Fact]
    public Task Flags_a_public_tool_with_a_scope_or_a_price() => Rule<TagAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.chat"), {|AK0022:AgentPublic|}]
            public int Chat() => 1;

            [{|AK0022:AgentPublic|}, Cost(1)]
            public int Read() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_one_without_the_other() => Rule<TagAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(1)]
            public int Chat() => 1;

            [AgentPublic]
            public int Ping() => 1;
        }
        """);

    [Fact]
    public Task Keeps_the_price() => Rule<TagAnalyzer>.FixAsync<RemoveTagFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.chat"), {|AK0022:AgentPublic|}]
            public int Chat() => 1;

            [{|AK0022:AgentPublic|}]
            [AgentScope("proxy.read")]
            public int Read() => 1;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.chat")]
            public int Chat() => 1;

            [AgentScope("proxy.read")]
            public int Read() => 1;
        }
        """);

    [Fact]
    public Task Flags_an_override_of_a_public_tool_that_has_a_price() => Rule<TagAnalyzer>.CheckAsync("""
        public class Base
        {
            [AgentPublic]
            public virtual int Chat() => 1;

            [AgentScope("proxy.read"), Cost(1)]
            public virtual int Read() => 1;

            [AgentPublic]
            public virtual int Ping() => 1;
        }

        public class Tools : Base
        {
            [AgentScope("proxy.chat"), Cost(1)]
            public override int {|AK0022:Chat|}() => 2;

            [{|AK0022:AgentPublic|}]
            public override int Read() => 2;

            public override int Ping() => 2;
        }
        """);
}
