using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A tool that an agent reaches without a key.</summary>
public sealed class AK0007Tests
{
    [Fact]
    public Task Flags_what_MCP_and_Semantic_Kernel_offer_to_agents() => Rule<UntaggedToolAnalyzer>.CheckAsync("""
        public class Tools
        {
            [{|AK0007:McpServerPrompt|}]
            public string Prompt() => "";

            [{|AK0007:McpServerResource|}]
            public string Resource() => "";

            [{|AK0007:McpServerTool|}]
            public int Chat() => 1;

            [Description("Reads."), {|AK0007:KernelFunction("read")|}]
            public int Read() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_guarded_free_or_plain_methods() => Rule<UntaggedToolAnalyzer>.CheckAsync("""
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.chat"), Cost(15)]
            public virtual int Chat() => 1;

            [McpServerTool, AgentPublic]
            public int Ping() => 1;

            public int Plain() => 1;
        }

        public class MoreTools : Tools
        {
            [McpServerTool]
            public override int Chat() => 2;
        }
        """);

    [Fact]
    public Task Leaves_a_price_without_a_scope_to_the_rule_that_says_so() => Rule<UntaggedToolAnalyzer>.CheckAsync("""
        public class Tools
        {
            [McpServerTool, Cost(5)]
            public int Chat() => 1;
        }
        """);

    [Fact]
    public Task Adds_a_scope_and_a_price() => Rule<UntaggedToolAnalyzer>.FixAsync<TagToolFix>(
        """
        public class ProxyTools
        {
            [{|AK0007:McpServerTool|}]
            public int Chat() => 1;

            [{|AK0007:KernelFunction("read")|}, Description("Reads.")]
            public int ReadAsync() => 1;
        }
        """,
        """
        public class ProxyTools
        {
            [AgentScope("proxy.chat"), Cost(1), McpServerTool]
            public int Chat() => 1;

            [AgentScope("proxy.read"), Cost(1), KernelFunction("read"), Description("Reads.")]
            public int ReadAsync() => 1;
        }
        """,
        TagToolFix.Guard);

    [Fact]
    public Task Says_that_the_tool_is_meant_to_be_free() => Rule<UntaggedToolAnalyzer>.FixAsync<TagToolFix>(
        """
        public class ProxyTools
        {
            [{|AK0007:McpServerTool|}]
            public int Ping() => 1;

            [{|AK0007:McpServerTool|}]
            public int Pong() => 1;
        }
        """,
        """
        public class ProxyTools
        {
            [AgentPublic, McpServerTool]
            public int Ping() => 1;

            [AgentPublic, McpServerTool]
            public int Pong() => 1;
        }
        """,
        TagToolFix.Free);
}
