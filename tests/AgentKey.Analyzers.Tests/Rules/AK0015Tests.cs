using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>Two tools that a framework cannot tell apart.</summary>
public sealed class AK0015Tests
{
    [Fact]
    public Task Flags_overloads_suffixes_and_names_that_come_to_the_same() => Rule<ToolNameAnalyzer>.CheckAsync("""
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.chat")]
            public int Chat() => 1;

            [McpServerTool, AgentScope("proxy.chat")]
            public int {|AK0015:Chat|}(string prompt) => 1;

            [McpServerTool, AgentScope("proxy.chat")]
            public Task {|AK0015:ChatAsync|}() => Task.CompletedTask;

            [McpServerTool(Name = "chat"), AgentScope("proxy.chat")]
            public int {|AK0015:Talk|}() => 1;

            [KernelFunction, AgentScope("proxy.read")]
            public int Read() => 1;

            [KernelFunction("Read"), AgentScope("proxy.read")]
            public int {|AK0015:Fetch|}() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_names_that_differ() => Rule<ToolNameAnalyzer>.CheckAsync("""
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.chat")]
            public int Chat() => 1;

            [McpServerTool(Name = "chat_about"), AgentScope("proxy.chat")]
            public int Chat(string prompt) => 1;

            [McpServerTool, AgentScope("proxy.chat")]
            public int ChatAsync() => 1;

            [KernelFunction, AgentScope("proxy.chat")]
            public int Chat(int count) => 1;

            public int Chat(bool loud) => 1;
        }

        public class OtherTools
        {
            [KernelFunction, AgentScope("other.chat")]
            public int Chat() => 1;
        }
        """);

    [Fact]
    public Task Gives_the_second_tool_a_name_of_its_own() => Rule<ToolNameAnalyzer>.FixAsync<SetToolNameFix>(
        """
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.find-all")]
            public int FindAll() => 1;

            [McpServerTool(ReadOnly = true), AgentScope("proxy.find-all")]
            public int {|AK0015:FindAll|}(string text) => 1;

            [KernelFunction, AgentScope("proxy.read")]
            public int Read() => 1;

            [KernelFunction, AgentScope("proxy.read")]
            public int {|AK0015:Read|}(string text) => 1;
        }
        """,
        """
        public class Tools
        {
            [McpServerTool, AgentScope("proxy.find-all")]
            public int FindAll() => 1;

            [McpServerTool(Name = "find_all_2", ReadOnly = true), AgentScope("proxy.find-all")]
            public int FindAll(string text) => 1;

            [KernelFunction, AgentScope("proxy.read")]
            public int Read() => 1;

            [KernelFunction("Read_2"), AgentScope("proxy.read")]
            public int Read(string text) => 1;
        }
        """);

    [Fact]
    public Task Flags_a_tool_that_has_the_name_of_an_inherited_one() => Rule<ToolNameAnalyzer>.CheckAsync("""
        public class Base
        {
            [McpServerTool, AgentScope("proxy.chat")]
            public virtual int Chat() => 1;

            [KernelFunction, AgentScope("proxy.read")]
            public virtual int Read() => 1;
        }

        public class Tools : Base
        {
            public override int Chat() => 2;

            [McpServerTool, AgentScope("proxy.chat")]
            public int {|AK0015:Chat|}(string prompt) => 1;

            [KernelFunction, AgentScope("proxy.read")]
            public override int Read() => 2;
        }
        """);

    [Fact]
    public Task Names_each_in_the_framework_that_cannot_tell_it_apart() => Rule<ToolNameAnalyzer>.FixAsync<SetToolNameFix>(
        """
        public class Tools
        {
            [McpServerTool(Name = "one"), KernelFunction, AgentScope("proxy.read")]
            public int Read() => 1;

            [McpServerTool(Name = "two"), KernelFunction, AgentScope("proxy.read")]
            public int {|AK0015:Read|}(string text) => 1;

            [KernelFunction("Read_2"), AgentScope("proxy.read")]
            public int Other() => 1;

            [McpServerTool(Name = "three"), KernelFunction, AgentScope("proxy.read")]
            public int {|AK0015:Read|}(int page) => 1;
        }
        """,
        """
        public class Tools
        {
            [McpServerTool(Name = "one"), KernelFunction, AgentScope("proxy.read")]
            public int Read() => 1;

            [McpServerTool(Name = "two"), KernelFunction("Read_3"), AgentScope("proxy.read")]
            public int Read(string text) => 1;

            [KernelFunction("Read_2"), AgentScope("proxy.read")]
            public int Other() => 1;

            [McpServerTool(Name = "three"), KernelFunction("Read_4"), AgentScope("proxy.read")]
            public int Read(int page) => 1;
        }
        """);
}
