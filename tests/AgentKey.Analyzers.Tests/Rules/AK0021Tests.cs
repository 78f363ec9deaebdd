using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A guard that nobody generated.</summary>
public sealed class AK0021Tests
{
    [Fact]
    public Task Flags_a_hand_written_guard() => Rule<TagAnalyzer>.CheckAsync("""
        public class Tools
        {
            [McpServerTool, {|AK0021:AgentGuarded|}]
            public int Chat() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_the_generated_one() => Rule<TagAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public int Chat() => 1;

            public ValueTask<int> Run(GuardedTools guarded) => guarded.Chat();
        }
        """);

    [Fact]
    public Task Removes_it() => Rule<TagAnalyzer>.FixAsync<RemoveTagFix>(
        """
        public class Tools
        {
            [McpServerTool, {|AK0021:AgentGuarded|}, Description("Chats.")]
            public int Chat() => 1;

            [{|AK0021:AgentGuarded|}]
            public int Read() => 1;
        }
        """,
        """
        public class Tools
        {
            [McpServerTool, Description("Chats.")]
            public int Chat() => 1;

            public int Read() => 1;
        }
        """);
}
