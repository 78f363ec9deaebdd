using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A scope that no key could hold.</summary>
public sealed class AK0001Tests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("proxy.*")]
    [InlineData("*")]
    [InlineData("proxy..chat")]
    [InlineData(".proxy")]
    [InlineData("proxy.")]
    [InlineData("Proxy.Chat")]
    [InlineData("proxy chat")]
    [InlineData("proxy.chät")]
    public Task Flags_a_malformed_scope(string scope) => Rule<ScopeAnalyzer>.CheckAsync($$"""
        public class Tools
        {
            [AgentScope({|AK0001:"{{scope}}"|})]
            public int Chat() => 1;
        }
        """);

    [Fact]
    public Task Flags_a_scope_that_is_too_long_or_none_at_all() => Rule<ScopeAnalyzer>.CheckAsync($$"""
        public class Tools
        {
            [AgentScope({|AK0001:"{{new string('a', 129)}}"|})]
            public int Long() => 1;

            [AgentScope({|AK0001:null!|})]
            public int None() => 1;
        }
        """);

    [Theory]
    [InlineData("proxy")]
    [InlineData("proxy.chat")]
    [InlineData("proxy.chat-2.fast_1")]
    public Task Does_not_flag_a_scope_that_a_key_may_hold(string scope) => Rule<ScopeAnalyzer>.CheckAsync($$"""
        public class Tools
        {
            [AgentScope("{{scope}}")]
            public int Chat() => 1;
        }
        """);

    [Fact]
    public Task Fixes_what_was_clearly_meant() => Rule<ScopeAnalyzer>.FixAsync<ReplaceArgumentFix>(
        """
        public class Tools
        {
            private const string Written = " proxy:read ";

            [AgentScope({|AK0001:"Proxy.Chat"|}), Cost(1)]
            public int Chat() => 1;

            [AgentScope({|AK0001:Written|})]
            public int Read() => 1;

            [AgentScope({|AK0001:"proxy.*"|})]
            public int All() => 1;
        }
        """,
        """
        public class Tools
        {
            private const string Written = " proxy:read ";

            [AgentScope("proxy.chat"), Cost(1)]
            public int Chat() => 1;

            [AgentScope("proxy.read")]
            public int Read() => 1;

            [AgentScope({|AK0001:"proxy.*"|})]
            public int All() => 1;
        }
        """);

    [Fact]
    public Task Flags_a_constant_that_is_made_of_tags_and_writes_its_text() => Rule<ScopeAnalyzer>.FixAsync<ReplaceArgumentFix>(
        """
        public class Tools
        {
            [AgentScope("proxy.chat")]
            public int Chat() => 1;

            [AgentScope({|AK0001:AgentScopes.ProxyChat|})]
            public int More() => 1;
        }
        """,
        """
        public class Tools
        {
            [AgentScope("proxy.chat")]
            public int Chat() => 1;

            [AgentScope("proxy.chat")]
            public int More() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_a_constant_of_ones_own() => Rule<ScopeAnalyzer>.CheckAsync("""
        public static class Known
        {
            public const string Chat = "proxy.chat";

            public static class AgentScopes
            {
                public const string ProxyChat = "proxy.chat";
            }
        }

        public class Tools
        {
            [AgentScope(Known.Chat)]
            public int Chat() => 1;

            [AgentScope(Known.AgentScopes.ProxyChat)]
            public int More() => 1;
        }
        """);

    [Fact]
    public Task Does_not_flag_a_constant_of_another_project_that_is_open_beside_it() => Rule<ScopeAnalyzer>.CheckAsync(
        """
        public class Tools
        {
            [AgentScope(Scopes.Chat)]
            public int Chat() => 1;
        }
        """,
        Library.Project("public static class Scopes { private const string Part = \"proxy\"; public const string Chat = Part + \".chat\"; }"));

    [Fact]
    public Task Flags_a_constant_that_comes_from_the_tags_by_another() => Rule<ScopeAnalyzer>.FixAsync<ReplaceArgumentFix>(
        """
        public static class Known
        {
            public const string Chat = AgentScopes.ProxyChat;
            public const string More = Chat + ".more";
        }

        public class Tools
        {
            private const string Own = Known.More;

            [AgentScope("proxy.chat")]
            public int Chat() => 1;

            [AgentScope({|AK0001:Known.Chat|})]
            public int Other() => 1;

            [AgentScope({|AK0001:Own|})]
            public int More() => 1;

            [AgentScope({|AK0001:$"{Known.Chat}.most"|})]
            public int Most() => 1;
        }
        """,
        """
        public static class Known
        {
            public const string Chat = AgentScopes.ProxyChat;
            public const string More = Chat + ".more";
        }

        public class Tools
        {
            private const string Own = Known.More;

            [AgentScope("proxy.chat")]
            public int Chat() => 1;

            [AgentScope("proxy.chat")]
            public int Other() => 1;

            [AgentScope("proxy.chat.more")]
            public int More() => 1;

            [AgentScope("proxy.chat.most")]
            public int Most() => 1;
        }
        """);
}
