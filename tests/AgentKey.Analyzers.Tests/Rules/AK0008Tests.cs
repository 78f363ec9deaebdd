using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators.Analyzers;
using Microsoft.CodeAnalysis.Testing;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>Raw tools on their way into a framework.</summary>
public sealed class AK0008Tests
{
    private const string Tools = """
        [McpServerToolType]
        public class ProxyTools
        {
            [AgentScope("proxy.chat"), Cost(15), McpServerTool, KernelFunction]
            public int Chat(string prompt) => 1;
        }

        [McpServerToolType]
        public static class ClockTools
        {
            [AgentScope("clock.read"), Cost(1), McpServerTool, KernelFunction]
            public static int Read() => 1;
        }

        public class PlainTools
        {
            public int Plain() => 1;
        }

        """;

    public static TheoryData<string> Flagged =>
    [
        "builder.WithTools<{|AK0008:ProxyTools|}>()",
        "McpServerBuilderExtensions.WithTools<{|AK0008:ProxyTools|}>(builder)",
        "builder.WithTools({|AK0008:tools|})",
        "builder.WithTools<ProxyTools>({|AK0008:new ProxyTools()|}, null)",
        "builder.WithTools([{|AK0008:typeof(ProxyTools)|}, {|AK0008:typeof(ClockTools)|}, typeof(PlainTools)])",
        "builder.{|AK0008:WithToolsFromAssembly|}()",
        "builder.{|AK0008:WithToolsFromAssembly|}(typeof(ProxyTools).Assembly)",
        "builder.{|AK0008:WithToolsFromAssembly|}(System.Reflection.Assembly.GetExecutingAssembly())",
        "McpServerTool.Create({|AK0008:tools.Chat|})",
        "McpServerTool.Create({|AK0008:ClockTools.Read|})",
        """McpServerTool.Create({|AK0008:typeof(ProxyTools)|}.GetMethod("Chat")!, tools)""",
        "kernel.ImportPluginFromType<{|AK0008:ProxyTools|}>()",
        "kernel.ImportPluginFromObject({|AK0008:tools|})",
        "kernels.Plugins.AddFromType<{|AK0008:ProxyTools|}>()",
        "kernels.Plugins.AddFromObject({|AK0008:tools|})",
        "kernel.CreatePluginFromType<{|AK0008:ProxyTools|}>()",
        "KernelPluginFactory.CreateFromType<{|AK0008:ProxyTools|}>()",
        "KernelPluginFactory.CreateFromObject({|AK0008:tools|})",
        "KernelFunctionFactory.CreateFromMethod({|AK0008:tools.Chat|})",
        "kernel.CreateFunctionFromMethod({|AK0008:tools.Chat|})",
        "AIFunctionFactory.Create({|AK0008:tools.Chat|})",
        "AIFunctionFactory.Create((string prompt) => {|AK0008:tools.Chat(prompt)|})",
        "AIFunctionFactory.Create((Func<string, int>){|AK0008:tools.Chat|})",
        """AIFunctionFactory.Create({|AK0008:[AgentScope("a.chat"), Cost(5)] (string prompt) => prompt|})""",
        """McpServerTool.Create({|AK0008:[AgentScope("a.chat")] static (string prompt) => prompt|})""",
    ];

    public static TheoryData<string> NotFlagged =>
    [
        "builder.WithTools<GuardedProxyTools>()",
        "builder.WithAgentTools()",
        "builder.WithTools<PlainTools>()",
        "builder.WithTools([typeof(GuardedProxyTools)])",
        "builder.WithToolsFromAssembly(typeof(string).Assembly)",
        "McpServerTool.Create(guarded.Chat)",
        """kernel.ImportPluginFromType<GuardedProxyTools>("ProxyTools")""",
        "kernel.ImportPluginFromObject(guarded)",
        "AIFunctionFactory.Create(guarded.Chat)",
        "AIFunctionFactory.Create((string prompt) => guarded.Chat(prompt))",
        "AIFunctionFactory.Create(new PlainTools().Plain)",
        "McpServerTool.Create([AgentPublic] () => 1)",
        "tools.Chat(nameof(ProxyTools))",
    ];

    [Theory]
    [MemberData(nameof(Flagged))]
    public Task Flags_a_registration_of_raw_tools(string registration) => Rule<RawRegistrationAnalyzer>.CheckAsync(Program(registration));

    [Theory]
    [MemberData(nameof(NotFlagged))]
    public Task Does_not_flag_twins_and_classes_without_tools(string registration) => Rule<RawRegistrationAnalyzer>.CheckAsync(Program(registration));

    [Fact]
    public Task Flags_a_class_that_inherits_its_tools() => Rule<RawRegistrationAnalyzer>.CheckAsync(Program(
        "builder.WithTools<{|AK0008:MoreTools|}>()") + "\npublic class MoreTools : ProxyTools;");

    [Fact]
    public Task Flags_raw_tools_of_another_assembly_and_registers_their_twins() => OfAnotherAssembly(
        isGuarded: true,
        "builder.WithTools<{|AK0008:RemoteTools|}>().{|AK0008:WithToolsFromAssembly|}(typeof(RemoteTools).Assembly)",
        "builder.WithTools<GuardedRemoteTools>().{|AK0008:WithToolsFromAssembly|}(typeof(RemoteTools).Assembly)").RunAsync();

    [Fact]
    public Task Flags_raw_tools_of_an_assembly_that_was_built_without_the_generator() => OfAnotherAssembly(
        isGuarded: false,
        "builder.WithTools<{|AK0008:RemoteTools|}>()",
        "builder.WithTools<{|AK0008:RemoteTools|}>()").RunAsync();

    [Theory]
    [InlineData("builder.WithTools<{|AK0008:ProxyTools|}>()", "builder.WithTools<GuardedProxyTools>()")]
    [InlineData("builder.WithTools([{|AK0008:typeof(ProxyTools)|}])", "builder.WithTools([typeof(GuardedProxyTools)])")]
    [InlineData("builder.{|AK0008:WithToolsFromAssembly|}()", "builder.WithAgentTools()")]
    [InlineData("kernel.ImportPluginFromType<{|AK0008:ProxyTools|}>()", "kernel.ImportPluginFromType<GuardedProxyTools>(pluginName: \"ProxyTools\")")]
    [InlineData("kernel.ImportPluginFromType<{|AK0008:ProxyTools|}>(\"proxy\")", "kernel.ImportPluginFromType<GuardedProxyTools>(\"proxy\")")]
    [InlineData("kernel.ImportPluginFromObject({|AK0008:tools|})", "kernel.ImportPluginFromObject(new GuardedProxyTools(tools, guard), pluginName: \"ProxyTools\")")]
    [InlineData("AIFunctionFactory.Create({|AK0008:tools.Chat|})", "AIFunctionFactory.Create(new GuardedProxyTools(tools, guard).Chat)")]
    [InlineData("AIFunctionFactory.Create({|AK0008:ClockTools.Read|})", "AIFunctionFactory.Create(new GuardedClockTools(guard).Read)")]
    [InlineData("McpServerTool.Create({|AK0008:new ProxyTools().Chat|})", "McpServerTool.Create(new GuardedProxyTools(new ProxyTools(), guard).Chat)")]
    public Task Registers_the_guarded_twin(string raw, string guarded) =>
        Rule<RawRegistrationAnalyzer>.FixAsync<GuardRegistrationFix>(Program(raw), Program(guarded));

    [Theory]
    [InlineData("""AIFunctionFactory.Create({|AK0008:typeof(ProxyTools)|}.GetMethod(nameof(ProxyTools.Chat))!, tools)""")]
    [InlineData("""AIFunctionFactory.Create({|AK0008:typeof(ProxyTools)|}.GetMethod("Chat")!, (object)new object[] { tools }[0])""")]
    public Task Leaves_the_class_of_a_method_found_by_reflection_to_a_person(string raw) =>
        Rule<RawRegistrationAnalyzer>.FixAsync<GuardRegistrationFix>(Program(raw), Program(raw));

    [Theory]
    [InlineData("Func<string, int> chat = tools.Chat;", "AIFunctionFactory.Create({|AK0008:chat|})")]
    [InlineData("Func<string, int> chat = tools.Chat; var same = chat;", "AIFunctionFactory.Create({|AK0008:same|})")]
    [InlineData("int Local(string prompt) => tools.Chat(prompt);", "AIFunctionFactory.Create({|AK0008:Local|})")]
    [InlineData("int Local(string prompt) { return tools.Chat(prompt); }", "AIFunctionFactory.Create({|AK0008:Local|})")]
    [InlineData("int Local(string prompt) => Inner(prompt); int Inner(string prompt) => tools.Chat(prompt);", "AIFunctionFactory.Create({|AK0008:Local|})")]
    [InlineData("int Local(string prompt) => tools.Chat(prompt);", "AIFunctionFactory.Create((string prompt) => {|AK0008:Local(prompt)|})")]
    [InlineData("Type[] types = [typeof(ProxyTools)];", "builder.WithTools({|AK0008:types|})")]
    [InlineData("object plugin = tools;", "kernel.ImportPluginFromObject({|AK0008:plugin|})")]
    [InlineData("object plugin = new ProxyTools();", "kernel.ImportPluginFromObject({|AK0008:plugin|})")]
    [InlineData("var lambda = (string prompt) => tools.Chat(prompt);", "AIFunctionFactory.Create({|AK0008:lambda|})")]
    [InlineData("""var lambda = [AgentScope("a.chat")] (string prompt) => prompt;""", "AIFunctionFactory.Create({|AK0008:lambda|})")]
    public Task Flags_raw_tools_that_a_local_holds(string local, string registration)
    {
        var source = InBody(local, registration);
        return Rule<RawRegistrationAnalyzer>.FixAsync<GuardRegistrationFix>(source, source);
    }

    [Theory]
    [InlineData("Func<string, ValueTask<int>> chat = guarded.Chat;", "AIFunctionFactory.Create(chat)")]
    [InlineData("ValueTask<int> Local(string prompt) => guarded.Chat(prompt);", "AIFunctionFactory.Create(Local)")]
    [InlineData("int Local(string prompt) => prompt.Length == 0 ? Local(prompt) : 0;", "AIFunctionFactory.Create(Local)")]
    [InlineData("object plugin = tools; plugin = guarded;", "kernel.ImportPluginFromObject(plugin)")]
    [InlineData("object plugin = tools; (plugin, _) = (guarded, 1);", "kernel.ImportPluginFromObject(plugin)")]
    [InlineData("object? plugin = null; plugin ??= guarded;", "kernel.ImportPluginFromObject(plugin)")]
    [InlineData("object plugin = tools; Set(ref plugin); static void Set(ref object plugin) => plugin = 1;", "kernel.ImportPluginFromObject(plugin)")]
    [InlineData("object plugin; plugin = guarded;", "kernel.ImportPluginFromObject(plugin)")]
    [InlineData("var twin = new GuardedProxyTools(tools, guard);", "kernel.ImportPluginFromObject(twin)")]
    [InlineData("var made = new Made(tools);", "kernel.ImportPluginFromObject(made)")]
    [InlineData("Func<string, int> chat = prompt => prompt.Length;", "AIFunctionFactory.Create(chat)")]
    public Task Does_not_flag_what_a_local_no_longer_holds(string local, string registration) =>
        Rule<RawRegistrationAnalyzer>.CheckAsync(InBody(local, registration) + "\npublic class Made(ProxyTools tools) { public ProxyTools Tools => tools; }");

    private static string InBody(string local, string registration) => Tools + $$"""
        public class Program
        {
            public object Run(IMcpServerBuilder builder, Kernel kernel, ProxyTools tools, GuardedProxyTools guarded, ToolGuard guard)
            {
                {{local}}
                return {{registration}};
            }
        }
        """;

    private static string Program(string registration) => Tools + $$"""
        public class Program
        {
            public object Run(IMcpServerBuilder builder, Kernel kernel, IKernelBuilder kernels, ProxyTools tools, GuardedProxyTools guarded, ToolGuard guard) =>
                {{registration}};
        }
        """;

    private static RuleTest<RawRegistrationAnalyzer, GuardRegistrationFix> OfAnotherAssembly(bool isGuarded, string raw, string guarded)
    {
        const string library = """
            [McpServerToolType]
            public class RemoteTools
            {
                [AgentScope("remote.read"), Cost(1), McpServerTool]
                public int Read() => 1;
            }
            """;
        var test = new RuleTest<RawRegistrationAnalyzer, GuardRegistrationFix>
        {
            TestCode = Caller(raw),
            FixedCode = Caller(guarded),
            FixedState = { MarkupHandling = MarkupMode.Allow },
        };
        test.TestState.AdditionalReferences.Add(Library.Compile(library, isGuarded));
        return test;
    }

    private static string Caller(string registration) => $$"""
        public class Program
        {
            public object Run(IMcpServerBuilder builder) => {{registration}};
        }
        """;

    [Fact]
    public Task Registers_a_twin_with_a_guard_that_is_there_by_then() => Rule<RawRegistrationAnalyzer>.FixAsync<GuardRegistrationFix>(
        Tools + """
        public class Program
        {
            public object Run(ProxyTools tools, IServiceProvider services)
            {
                var function = AIFunctionFactory.Create({|AK0008:tools.Chat|});
                var guard = services.GetRequiredService<ToolGuard>();
                return (function, guard);
            }
        }
        """,
        Tools + """
        public class Program
        {
            public object Run(ProxyTools tools, IServiceProvider services)
            {
                var function = AIFunctionFactory.Create(new GuardedProxyTools(tools, services.GetRequiredService<AgentKey.Agents.ToolGuard>()).Chat);
                var guard = services.GetRequiredService<ToolGuard>();
                return (function, guard);
            }
        }
        """);

    [Theory]
    [InlineData("@event")]
    [InlineData("Demo.@class.More")]
    public Task Finds_a_twin_in_a_namespace_that_is_a_keyword(string home) => Rule<RawRegistrationAnalyzer>.FixAsync<GuardRegistrationFix>(
        InNamespace(home, "{|AK0008:KeywordTools|}"), InNamespace(home, "GuardedKeywordTools"));

    private static string InNamespace(string home, string registered) => $$"""
        namespace {{home}};

        public class KeywordTools
        {
            [AgentScope("keyword.read"), Cost(1), McpServerTool]
            public int Read() => 1;
        }

        public class Program
        {
            public object Run(IMcpServerBuilder builder) => builder.WithTools<{{registered}}>();
        }
        """;

    [Fact]
    public Task Flags_a_raw_tool_in_a_file_that_a_generator_wrote() => Rule<RawRegistrationAnalyzer>.CheckAsync("""
        // <auto-generated/>
        public class Tools
        {
            [AgentScope("demo.read"), Cost(1)]
            public int Read() => 1;
        }

        public class Page
        {
            public AIFunction Function() => AIFunctionFactory.Create({|AK0008:new Tools().Read|});
        }
        """);
}
