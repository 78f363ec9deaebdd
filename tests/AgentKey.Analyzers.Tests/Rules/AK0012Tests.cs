using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>Documentation that its model never sees.</summary>
public sealed class AK0012Tests
{
    [Fact]
    public Task Flags_a_documented_tool_without_a_description() => Rule<DescriptionAnalyzer>.CheckAsync("""
        public class Tools
        {
            /// <summary>Chats.</summary>
            [AgentScope("proxy.chat"), McpServerTool]
            public int {|AK0012:Chat|}() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_what_is_described_undocumented_or_made_into_a_description_by_MCP() => Rule<DescriptionAnalyzer>.CheckAsync("""
        public partial class Tools
        {
            /// <summary>Chats.</summary>
            [AgentScope("proxy.chat"), Description("Chats.")]
            public int Chat() => 1;

            [AgentScope("proxy.read")]
            public int Read() => 1;

            /// <summary>Writes.</summary>
            [AgentScope("proxy.write"), McpServerTool]
            public partial int Write();

            public partial int Write() => 1;

            /// <summary>Plain.</summary>
            public int Plain() => 1;
        }
        """);

    [Fact]
    public Task Describes_the_tool_and_its_parameters() => Rule<DescriptionAnalyzer>.FixAsync<DescribeToolFix>(
        """
        public class Tools
        {
            /// <summary>
            /// Chats through the <see cref="Tools"/>
            /// proxy.
            /// </summary>
            /// <param name="prompt">What to say.</param>
            /// <param name="count">How often.</param>
            [AgentScope("proxy.chat")]
            public int {|AK0012:Chat|}(string prompt, int count, bool loud) => 1;

            /// <summary>Reads.</summary>
            /// <param name="name">The "name".</param>
            [AgentScope("proxy.read")]
            [Cost(1)]
            public int {|AK0012:Read|}([Description("Its name.")] string name) => 1;
        }
        """,
        """
        public class Tools
        {
            /// <summary>
            /// Chats through the <see cref="Tools"/>
            /// proxy.
            /// </summary>
            /// <param name="prompt">What to say.</param>
            /// <param name="count">How often.</param>
            [AgentScope("proxy.chat"), Description("Chats through the Tools proxy.")]
            public int Chat([Description("What to say.")] string prompt, [Description("How often.")] int count, bool loud) => 1;

            /// <summary>Reads.</summary>
            /// <param name="name">The "name".</param>
            [AgentScope("proxy.read")]
            [Cost(1), Description("Reads.")]
            public int Read([Description("Its name.")] string name) => 1;
        }
        """);

    [Fact]
    public Task Describes_the_tool_and_not_its_result() => Rule<DescriptionAnalyzer>.FixAsync<DescribeToolFix>(
        """
        public class Tools
        {
            /// <summary>Chats.</summary>
            [AgentScope("proxy.chat")]
            [return: Description("The answer.")]
            public string {|AK0012:Chat|}() => "";

            /// <summary>Reads.</summary>
            [method: AgentScope("proxy.read")]
            [return: System.Diagnostics.CodeAnalysis.NotNull]
            public string {|AK0012:Read|}() => "";
        }
        """,
        """
        public class Tools
        {
            /// <summary>Chats.</summary>
            [AgentScope("proxy.chat"), Description("Chats.")]
            [return: Description("The answer.")]
            public string Chat() => "";

            /// <summary>Reads.</summary>
            [method: AgentScope("proxy.read"), Description("Reads.")]
            [return: System.Diagnostics.CodeAnalysis.NotNull]
            public string Read() => "";
        }
        """);
}
