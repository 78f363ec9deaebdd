using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A scope that the catalogue does not know.</summary>
public sealed class AK0011Tests
{
    private const string Catalogue = """
        [assembly: AgentScopes("proxy.chat", "proxy.read")]
        [assembly: AgentScopes("files.list")]

        """;

    [Fact]
    public Task Flags_a_scope_that_is_not_in_the_catalogue() => Rule<ScopeAnalyzer>.CheckAsync(Catalogue + """
        public class Tools
        {
            [AgentScope({|AK0011:"proxy.chatt"|})]
            public int Chat() => 1;

            [AgentScope({|AK0011:"mail.send"|})]
            public int Send() => 1;
        }
        """);

    [Fact]
    public Task Flags_a_catalogue_that_holds_what_no_tool_can_require() => Rule<ScopeAnalyzer>.CheckAsync("""
        [assembly: AgentScopes("proxy.chat", {|AK0001:"Proxy.Read"|}, {|AK0001:"proxy.*"|})]
        """);

    [Fact]
    public Task Does_not_flag_what_is_in_the_catalogue() => Rule<ScopeAnalyzer>.CheckAsync(Catalogue + """
        public class Tools
        {
            [AgentScope("proxy.chat")]
            public int Chat() => 1;

            [AgentScope("files.list")]
            public int List() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_anything_without_a_catalogue() => Rule<ScopeAnalyzer>.CheckAsync("""
        public class Tools
        {
            [AgentScope("anything.goes")]
            public int Chat() => 1;
        }
        """);

    [Fact]
    public Task Writes_the_nearest_scope() => Rule<ScopeAnalyzer>.FixAsync<ReplaceArgumentFix>(
        Catalogue + """
        public class Tools
        {
            [AgentScope({|AK0011:"proxy.chatt"|})]
            public int Chat() => 1;

            [AgentScope({|AK0011:"poxy.reed"|})]
            public int Read() => 1;

            [AgentScope({|AK0011:"mail.send"|})]
            public int Send() => 1;
        }
        """,
        Catalogue + """
        public class Tools
        {
            [AgentScope("proxy.chat")]
            public int Chat() => 1;

            [AgentScope("proxy.read")]
            public int Read() => 1;

            [AgentScope({|AK0011:"mail.send"|})]
            public int Send() => 1;
        }
        """);

    [Fact]
    public Task Adds_a_scope_to_the_catalogue() => Rule<ScopeAnalyzer>.FixAsync<CatalogueScopeFix>(
        """
        [assembly: AgentScopes("proxy.chat")]

        public class Tools
        {
            [AgentScope({|AK0011:"mail.send"|})]
            public int Send() => 1;
        }
        """,
        """
        [assembly: AgentScopes("proxy.chat", "mail.send")]

        public class Tools
        {
            [AgentScope("mail.send")]
            public int Send() => 1;
        }
        """);
}
