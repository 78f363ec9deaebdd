using AgentKey.Generators.Manifest;
using AgentKey.Generators.Tests.Compiling;

namespace AgentKey.Generators.Tests;

/// <summary>The manifest: which edits change what it says of a tool, and its form.</summary>
public sealed class ManifestTests
{
    private const string Source = """
        using System.ComponentModel;
        using System.Threading;
        using System.Threading.Tasks;
        using AgentKey.Agents;
        using Microsoft.Extensions.DependencyInjection;
        using ModelContextProtocol.Server;

        namespace Demo;

        public enum Mode { Fast = 1, Slow = 2 }

        public class Ancestor { public string? Origin { get; set; } }

        public sealed class Query : Ancestor
        {
            private int _secret = 1;
            public Mode Mode { get; set; }
            public int Secret() => _secret;
        }

        public sealed record Reply(string Text, Query[] Echo);

        public sealed class Upstream(string address) { public bool IsUp => address.Length > 0; }

        public sealed class Clock { }

        public interface ILedger { long Total { get; } }

        public sealed class Named { public string? Name { get; set; } }

        public sealed class Tools
        {
            [McpServerTool(Name = "ask"), Description("Asks")]
            [AgentScope("demo.ask"), Cost(5)]
            public Reply Ask(
                Upstream upstream, Clock clock, ILedger ledger, [FromKeyedServices("named")] Named named,
                [Description("what")] Query query, int most = 3) => new("", []);

            [AgentScope("demo.say")] public string Say(string text) => text;
            [AgentScope("demo.say")] public string Say(int number) => "";
        }
        """;

    [Theory]
    [InlineData("int most = 3", "int most = 4")]
    [InlineData("int most = 3", "long most = 3")]
    [InlineData("int most = 3", "int limit = 3")]
    [InlineData("int most = 3", "int most = 3, int more = 1")]
    [InlineData("Name = \"ask\"", "Name = \"asks\"")]
    [InlineData("(\"Asks\")", "(\"Asks nicely\")")]
    [InlineData("(\"what\")", "(\"what to ask\")")]
    [InlineData("Slow = 2", "Slow = 3")]
    [InlineData("string? Origin", "string Origin")]
    [InlineData("Reply(string Text,", "Reply(string? Text,")]
    [InlineData("public Mode Mode", "[Description(\"how\")] public Mode Mode")]
    [InlineData("public sealed class Query", "[Description(\"what is asked\")] public sealed class Query")]
    [InlineData("Reply(string Text,", "Reply([Description(\"the answer\")] string Text,")]
    [InlineData("Query[] Echo)", "Query[]? Echo = null)")]
    [InlineData("public int Secret()", "public Query(Mode mode = Mode.Fast) { } public int Secret()")]
    [InlineData("public int Secret()", "public Query([Description(\"from where\")] string? origin) { } public int Secret()")]
    public void What_an_agent_is_told_is_in_the_schema(string before, string after) => Assert.NotEqual(SchemaOf(Source), SchemaOf(Edited(before, after)));

    [Theory]
    [InlineData("=> new(\"\", [])", "=> new(\"changed\", [])")]
    [InlineData("Cost(5)", "Cost(6)")]
    [InlineData("demo.ask", "demo.asks")]
    [InlineData("int most = 3", "int most = 3, CancellationToken token = default")]
    [InlineData("public Reply Ask", "public async Task<Reply> Ask")]
    [InlineData("private int _secret = 1", "private long _secret = 1")]
    [InlineData("public int Secret()", "public long Secret()")]
    [InlineData("public int Secret()", "internal Query(int limit) { } public Query() { } public int Secret()")]
    [InlineData("[McpServerTool(Name = \"ask\"), Description(\"Asks\")]", "[Description(\"Asks\"), McpServerTool(Name = \"ask\")]")]
    [InlineData("Fast = 1, Slow = 2", "Slow = 2, Fast = 1")]
    [InlineData("Upstream(string address)", "Upstream(string address, int port)")]
    [InlineData("Upstream(string address)", "Upstream([Description(\"its URL\")] string address)")]
    [InlineData("class Clock { }", "class Clock { public Clock(int zone) { } }")]
    [InlineData("long Total { get; }", "int Total { get; }")]
    [InlineData("string? Name", "int Name")]
    public void What_no_agent_is_told_is_not(string before, string after) => Assert.Equal(SchemaOf(Source), SchemaOf(Edited(before, after)));

    [Fact]
    public void Overloads_are_told_apart_by_their_parameters() =>
        Assert.Equal(["Demo.Tools.Ask", "Demo.Tools.Say(int)", "Demo.Tools.Say(string)"], Entries(Source).Select(entry => entry.Method));

    [Theory]
    [InlineData("Cost(5)", "Cost(0.000001)", "$0.00000001")]
    [InlineData("Cost(5)", "Cost(0.2, Per = nameof(most), PerUnits = 1000)", "$0.002 per 1000 most")]
    [InlineData("Cost(5)", "Cost(1, Per = nameof(most))", "$0.01 per most")]
    [InlineData("Cost(5)", "Cost(UpTo = 40)", "up to $0.40")]
    [InlineData("Cost(5)", "Cost(123456789)", "$1234567.89")]
    public void A_price_is_exact(string before, string after, string price) => Assert.Equal(price, Entries(Edited(before, after))[0].Price);

    [Fact]
    public void Rules_of_one_name_are_told_apart()
    {
        const string source = """
            using AgentKey.Agents;
            public class Dear { public static class Rate { public static AgentKey.Money.Cost Price() => default; } }
            public class Tools { [AgentScope("demo.ask"), Cost(typeof(Dear.Rate))] public int Ask() => 1; }
            """;

        Assert.Equal("by Dear.Rate", Assert.Single(Entries(source)).Price);
        Assert.Equal("by Cheap.Rate", Assert.Single(Entries(source.Replace("Dear", "Cheap", StringComparison.Ordinal))).Price);
    }

    [Fact]
    public void Text_that_was_written_is_read_as_it_was()
    {
        ToolEntry[] entries =
        [
            new("A.B", "B", "a.b", "$0.15", ToolEntry.Refund, ToolEntry.Keep, "sha256:1"),
            new("A.\"C\\\u0001Ü🤖", "C", null, "$0.00", ToolEntry.Keep, ToolEntry.Refund, "sha256:2"),
        ];

        Assert.Equal(entries.OrderBy(entry => entry.Method, StringComparer.Ordinal), ManifestText.Read(ManifestText.Write(entries)));
        Assert.Empty(ManifestText.Read(ManifestText.Write([])));
    }

    [Fact]
    public void A_manifest_reads_well() => Assert.Equal(
        """
        {
          "version": 1,
          "tools": [
            {
              "method": "A.B",
              "tool": "B",
              "scope": "a.b",
              "price": "$0.15",
              "onFailure": "refund",
              "onCancellation": "keep",
              "schema": "sha256:1"
            }
          ]
        }

        """,
        ManifestText.Write([new("A.B", "B", "a.b", "$0.15", ToolEntry.Refund, ToolEntry.Keep, "sha256:1")]));

    [Fact]
    public void A_tool_that_is_listed_twice_is_refused()
    {
        var entry = new ToolEntry("A.B", "B", null, "$0.00", ToolEntry.Refund, ToolEntry.Keep, "sha256:1");

        Assert.Equal("lists 'A.B' more than once", Assert.Throws<FormatException>(() => ManifestText.Read(ManifestText.Write([entry, entry]))).Message);
    }

    private static string SchemaOf(string source) => Entries(source)[0].Schema;

    private static List<ToolEntry> Entries(string source) => [.. GeneratorRun.Of(source).Output.Assembly.GetAttributes()
        .Where(attribute => attribute.AttributeClass!.Name == "AgentToolEntryAttribute")
        .Select(attribute =>
        {
            var named = attribute.NamedArguments.ToDictionary(argument => argument.Key, argument => argument.Value.Value as string, StringComparer.Ordinal);
            return new ToolEntry(
                (string)attribute.ConstructorArguments[0].Value!, named["Tool"]!, named.GetValueOrDefault("Scope"), named["Price"]!, "", "", named["Schema"]!);
        })];

    private static string Edited(string before, string after)
    {
        Assert.Contains(before, Source, StringComparison.Ordinal);
        return Source.Replace(before, after, StringComparison.Ordinal);
    }
}
