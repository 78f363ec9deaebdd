using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A method that the guarded twin cannot call.</summary>
public sealed class AK0004Tests
{
    [Fact]
    public Task Flags_what_other_code_cannot_call() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public interface IChat
        {
            int Explicit();
        }

        public class Tools : IChat
        {
            [AgentScope("proxy.private")]
            private int {|AK0004:Private|}() => 1;

            [AgentScope("proxy.protected")]
            protected int {|AK0004:Protected|}() => 1;

            [AgentScope("proxy.narrow")]
            private protected int {|AK0004:Narrow|}() => 1;

            [AgentScope("proxy.explicit")]
            int IChat.{|AK0004:Explicit|}() => 1;

            public int Property
            {
                [AgentScope("proxy.property")]
                {|AK0004:get|} => 1;
            }

            public int Outer()
            {
                [AgentScope("proxy.local")]
                int {|AK0004:Local|}() => 1;

                return Local();
            }

            public Func<int, int> Lambda() => [AgentScope("proxy.lambda"), Cost(5)] (number) {|AK0004:=>|} number;

            public Func<int> Free() => [AgentPublic] () => 1;

            public Func<int> Untagged() => [Obsolete] () => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_what_the_twin_can_call() => Rule<ToolShapeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("proxy.public")]
            public int Public() => 1;

            [AgentScope("proxy.internal")]
            internal int Internal() => 1;

            [AgentScope("proxy.wide")]
            protected internal int Wide() => 1;

            [AgentScope("proxy.static")]
            public static int Static() => 1;

            private int Untagged() => 1;
        }
        """);

    [Theory]
    [InlineData("public", "Public")]
    [InlineData("internal", "Internal")]
    public Task Opens_the_method(string modifier, string key) => Rule<ToolShapeAnalyzer>.FixAsync<MakePublicFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.private")]
            private int {|AK0004:Private|}() => 1;

            [AgentScope("proxy.protected")]
            protected int {|AK0004:Protected|}() => 1;

            [AgentScope("proxy.default")]
            int {|AK0004:Default|}() => 1;
        }
        """,
        $$"""
        public class Tools
        {
            [AgentScope("proxy.private")]
            {{modifier}} int Private() => 1;

            [AgentScope("proxy.protected")]
            {{modifier}} int Protected() => 1;

            [AgentScope("proxy.default")]
            {{modifier}} int Default() => 1;
        }
        """,
        key);

    [Theory]
    [InlineData("public abstract class Base { protected abstract int Read(); } public class Tools : Base { TAG protected override TOOL }")]
    [InlineData("public class Tools { TAG protected virtual TOOL } public class Derived : Tools { protected override int Read() => 1; }")]
    public Task Does_not_open_what_others_close(string source)
    {
        var written = source
            .Replace("TAG", """[AgentScope("proxy.read")]""", StringComparison.Ordinal)
            .Replace("TOOL", "int {|AK0004:Read|}() => 1;", StringComparison.Ordinal);
        return Rule<ToolShapeAnalyzer>.FixAsync<MakePublicFix>(written, written);
    }
}
