using AgentKey.Analyzers.Tests.Checking;
using AgentKey.CodeFixes;
using AgentKey.Generators;
using AgentKey.Generators.Analyzers;
using AgentKey.Generators.Manifest;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Testing;
using KnownRules = AgentKey.Generators.Analyzers.Rules;

namespace AgentKey.Analyzers.Tests.Rules;

/// <summary>A tool that is not what the checked-in manifest says.</summary>
public sealed class AK0024Tests
{
    private const string Source = """
        public class Tools
        {
            [AgentScope("proxy.chat"), Cost(15)]
            public int Chat(string prompt) => 1;

            [AgentScope("proxy.read"), Cost(1)]
            public int Read() => 1;

            [AgentScope("proxy.read"), Cost(2)]
            public int Read(int page) => 1;
        }
        """;

    private static readonly string Accepted = ManifestOf(Source);

    [Fact]
    public Task Does_not_flag_tools_that_are_what_was_accepted() => CheckAsync(Source, Accepted);

    [Fact]
    public Task Does_not_flag_anything_without_a_manifest() => Rule<ManifestAnalyzer>.CheckAsync(Source);

    [Fact]
    public Task Does_not_flag_another_json_file() => CheckAsync(Source, "{}", "tools.json");

    [Theory]
    [InlineData("Cost(15)", "Cost(25)")]
    [InlineData("proxy.chat", "proxy.talk")]
    [InlineData("Cost(15)", "Cost(15, OnFailure = FailureOutcome.Keep)")]
    [InlineData("Cost(15)", "Cost(15, OnCancellation = FailureOutcome.Refund)")]
    [InlineData("string prompt", "string question")]
    public Task Flags_a_tool_that_changed(string before, string after) =>
        CheckAsync(Source.Replace(before, after, StringComparison.Ordinal).Replace("Chat(", "{|AK0024:Chat|}(", StringComparison.Ordinal), Accepted);

    [Fact]
    public async Task Says_what_changed_and_how_to_accept_it()
    {
        var test = Test<EmptyCodeFixProvider>(Source.Replace("Cost(15)", "Cost(25)", StringComparison.Ordinal), Accepted);
        test.ExpectedDiagnostics.Add(new DiagnosticResult(KnownRules.ToolChanged)
            .WithSpan("/0/Test1.cs", 4, 16, 4, 20)
            .WithMessage("'Tools.Chat' changed: price from $0.15 to $0.25; take it back, or accept it with this rule's fix or with agentkey tools export"));

        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public Task Flags_the_overload_that_changed() =>
        CheckAsync(Source.Replace("Cost(2)", "Cost(3)", StringComparison.Ordinal).Replace("Read(int", "{|AK0024:Read|}(int", StringComparison.Ordinal), Accepted);

    [Fact]
    public Task Flags_a_tool_that_is_new() => CheckAsync(
        Source + """ public class More { [AgentPublic] public int {|AK0024:Help|}() => 1; }""", Accepted);

    [Fact]
    public Task Flags_an_inherited_tool_at_the_class_that_inherits_it()
    {
        const string ancestor = "public class Tools { [AgentPublic] public int Help() => 1; }";
        return CheckAsync(ancestor + " public class {|AK0024:More|} : Tools;", ManifestOf(ancestor));
    }

    [Fact]
    public Task Flags_a_tool_that_is_gone_where_the_manifest_lists_it() => CheckAsync(
        Source.Replace("""[AgentScope("proxy.chat"), Cost(15)]""", "", StringComparison.Ordinal),
        Accepted.Replace("\"Tools.Chat\",\n      \"tool\"", "{|AK0024:\"Tools.Chat\"|},\n      \"tool\"", StringComparison.Ordinal));

    [Theory]
    [InlineData("{|AK0024:|}")]
    [InlineData("{|AK0024:|} \n")]
    [InlineData("{|AK0024:|}{")]
    [InlineData("{|AK0024:|}[]")]
    [InlineData("""{|AK0024:|}{ "version": 2 }""")]
    [InlineData("""{|AK0024:|}{ "tools": [{}] }""")]
    public Task Flags_a_manifest_that_cannot_be_read(string manifest) => CheckAsync(Source, manifest);

    [Fact]
    public async Task Accepts_all_tools_as_they_are()
    {
        var changed = Source.Replace("Cost(15)", "Cost(25)", StringComparison.Ordinal);
        var test = Test<AcceptToolsFix>(
            changed.Replace("Chat(", "{|AK0024:Chat|}(", StringComparison.Ordinal).Replace("Read(", "{|AK0024:Read|}(", StringComparison.Ordinal), Without("Read", Accepted));
        test.FixedCode = changed;
        test.FixedState.AdditionalFiles.Add((ManifestText.FileName, ManifestOf(changed)));
        test.NumberOfIncrementalIterations = 1;

        await test.RunAsync(TestContext.Current.CancellationToken);
    }

    private static Task CheckAsync(string source, string manifest, string file = ManifestText.FileName) =>
        Test<EmptyCodeFixProvider>(source, manifest, file).RunAsync(TestContext.Current.CancellationToken);

    private static RuleTest<ManifestAnalyzer, TFix> Test<TFix>(string source, string manifest, string file = ManifestText.FileName)
        where TFix : CodeFixProvider, new()
    {
        var test = new RuleTest<ManifestAnalyzer, TFix> { TestCode = source };
        test.TestState.AdditionalFiles.Add((file, manifest));
        if (typeof(TFix) == typeof(EmptyCodeFixProvider))
        {
            test.FixedState.Sources.Clear();
        }

        return test;
    }

    private static string Without(string method, string manifest) => ManifestText.Write(
        ManifestText.Read(manifest).Where(entry => !entry.Method.Contains(method, StringComparison.Ordinal)));

    private static string ManifestOf(string source)
    {
        var parsing = new CSharpParseOptions(LanguageVersion.CSharp14);
        CSharpGeneratorDriver.Create([new AgentToolGenerator().AsSourceGenerator()], parseOptions: parsing).RunGeneratorsAndUpdateCompilation(
            CSharpCompilation.Create(
                "Tools",
                [CSharpSyntaxTree.ParseText(References.Usings, parsing), CSharpSyntaxTree.ParseText(source, parsing)],
                References.All,
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable)),
            out var output,
            out _);
        return ManifestText.Write(CompiledTools.Read(output));
    }
}
