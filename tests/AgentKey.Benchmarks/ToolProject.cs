using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace AgentKey.Benchmarks;

/// <summary>A user's project with many tools, ten to a class and a class to a file, and one file without any.</summary>
internal sealed class ToolProject
{
    public static readonly CSharpParseOptions Parsing = new(LanguageVersion.CSharp14);

    private const string Elsewhere = "namespace Demo; public static class Elsewhere { public static int Work() => 0; }";
    private const string Price = "Cost(1)";
    private const string Body = "Task.FromResult(text + 0)";

    private static readonly MetadataReference[] References = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("AgentKey.Generators", StringComparison.Ordinal))
        .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))];

    private readonly SyntaxTree[] _trees;

    public ToolProject(int tools) =>
        _trees = [Parse(Elsewhere), .. Enumerable.Range(0, tools / 10).Select(number => Parse(ClassOf(number)))];

    /// <summary>A compilation that remembers nothing of an earlier one. Its references are read, which the compiler does in any case.</summary>
    public Compilation Compile()
    {
        var compilation = CSharpCompilation.Create("Demo", _trees, References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        _ = compilation.GetTypeByMetadataName("Demo.Elsewhere");
        return compilation;
    }

    public static Compilation EditElsewhere(Compilation compilation, int round) =>
        Edit(compilation, 0, Elsewhere.Replace("=> 0", $"=> {round + 1}", StringComparison.Ordinal));

    public static Compilation EditBody(Compilation compilation, int round) =>
        Edit(compilation, 1, ClassOf(0).Replace(Body, $"Task.FromResult(text + {round + 1})", StringComparison.Ordinal));

    public static Compilation EditPrice(Compilation compilation, int round) =>
        Edit(compilation, 1, ClassOf(0).Replace(Price, $"Cost({round + 2})", StringComparison.Ordinal));

    private static Compilation Edit(Compilation compilation, int file, string text) =>
        compilation.ReplaceSyntaxTree(compilation.SyntaxTrees.ElementAt(file), Parse(text));

    private static SyntaxTree Parse(string text) => CSharpSyntaxTree.ParseText(text, Parsing);

    private static string ClassOf(int number)
    {
        var text = new StringBuilder($$"""
            using System.ComponentModel;
            using System.Threading;
            using System.Threading.Tasks;
            using AgentKey.Agents;

            namespace Demo;

            public sealed class Tools{{number}}
            {

            """);
        for (var method = 0; method < 10; method++)
        {
            text.AppendLine($$"""
                    [Description("Does the work number {{method}}")]
                    [AgentScope("demo.class-{{number}}.method-{{method}}"), {{Price}}]
                    public Task<string> Method{{method}}Async([Description("A text")] string text, int count = 3, CancellationToken ct = default) => {{Body}};

                """);
        }

        return text.AppendLine("}").ToString();
    }
}
