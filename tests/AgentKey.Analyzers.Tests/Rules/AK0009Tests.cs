using AgentKey.Analyzers.Tests.Checking;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A call of a tool past its guard.</summary>
public sealed class AK0009Tests
{
    private const string Tools = """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public int Chat() => 1;

            public int Twice() => Chat() + Chat();

            public int Plain() => 1;
        }

        """;

    [Fact]
    public Task Shows_a_direct_call() => Rule<DirectCallAnalyzer>.CheckAsync(Tools + """
        public class Program
        {
            public int Run(Tools tools) => {|AK0009:tools.Chat()|};
        }
        """);

    [Fact]
    public Task Does_not_show_calls_of_the_twin_of_plain_methods_or_from_inside() => Rule<DirectCallAnalyzer>.CheckAsync(Tools + """
        public class MoreTools : Tools
        {
            public int Thrice() => Chat() + Twice();
        }

        public class Program
        {
            public async Task<int> RunAsync(GuardedTools guarded, Tools tools) => await guarded.Chat() + tools.Plain() + tools.Twice();
        }
        """);
}
