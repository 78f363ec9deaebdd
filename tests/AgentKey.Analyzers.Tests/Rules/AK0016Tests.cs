using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A tool whose end nobody sees.</summary>
public sealed class AK0016Tests
{
    [Fact]
    public Task Flags_async_void() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.send")]
            public async void {|AK0016:Send|}() => await Task.Yield();
        }
        """);

    [Fact]
    public Task Does_not_flag_tasks_or_plain_void() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.send")]
            public async Task Send() => await Task.Yield();

            [AgentScope("proxy.note")]
            public void Note() { }

            public async void Untagged() => await Task.Yield();
        }
        """);

    [Fact]
    public Task Returns_a_task() => Rule<ToolShapeAnalyzer>.FixAsync<ReturnTaskFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.send")]
            public async void {|AK0016:Send|}() => await Task.Yield();

            [AgentScope("proxy.post")]
            public async void {|AK0016:Post|}() => await Task.Yield();
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.send")]
            public async Task Send() => await Task.Yield();

            [AgentScope("proxy.post")]
            public async Task Post() => await Task.Yield();
        }
        """);

    [Theory]
    [InlineData("public abstract class Base { public abstract void Send(); } public class Tools : Base { TAG public override TOOL }")]
    [InlineData("public interface IBase { void Send(); } public class Tools : IBase { TAG public TOOL }")]
    [InlineData("public class Tools { TAG public virtual TOOL } public class Derived : Tools { public override void Send() { } }")]
    public Task Does_not_change_what_others_return(string source)
    {
        var written = source
            .Replace("TAG", """[AgentScope("proxy.send")]""", StringComparison.Ordinal)
            .Replace("TOOL", "async void {|AK0016:Send|}() => await Task.Yield();", StringComparison.Ordinal);
        return Rule<ToolShapeAnalyzer>.FixAsync<ReturnTaskFix>(written, written);
    }
}
