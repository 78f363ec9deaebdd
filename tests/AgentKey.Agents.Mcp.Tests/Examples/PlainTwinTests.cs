extern alias Example;

using AgentKey.Agents.Mcp.Tests.Conformance;
using AgentKey.Agents.Mcp.Tests.Hosting;
using Example::BudgetedMcpServer;
using Example::BudgetedMcpServer.Documents;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Examples;

/// <summary>The example beside its plain twin: a server of the SDK alone, with the same raw classes and no price.</summary>
public sealed class PlainTwinTests
{
    private static readonly (string Tool, string Arguments)[] Calls =
    [
        ("search", """{"query":"what may an agent spend"}"""),
        ("search", """{"query":"weather","limit":1}"""),
        ("search", """{"query":"weather","limit":"few"}"""),
        ("search", """{}"""),
        ("read", """{"path":"guides/budgets.md"}"""),
        ("read", """{"path":"nowhere.md"}"""),
        ("read", """{"path":"../secret.md"}"""),
        ("summarize", """{"path":"weather.md"}"""),
        ("summarize", """{"path":"weather.md","sentences":1}"""),
        ("summarize", """{"path":"nowhere.md"}"""),
        ("digest", """{"folder":"guides"}"""),
        ("digest", """{"folder":"nowhere"}"""),
        ("digest", """{}"""),
        ("no-such-tool", """{}"""),
    ];

    [Fact]
    public async Task The_same_calls_have_the_same_results()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var example = new ExampleServer(folder);
        await example.StartHttpAsync();
        await using var twin = await StartTwinAsync(example, new Wire(HttpServerSessionMode.Stateless, "2026-07-28"));
        await using var client = await example.ConnectHttpAsync(await folder.MintAsync(100_000, "docs.*"), new Answer("accept", "guides"));
        await using var plain = await twin.ConnectAsync(key: null, answer: new Answer("accept", "guides"));
        var token = TestContext.Current.CancellationToken;

        foreach (var (tool, arguments) in Calls)
        {
            var expected = await DifferentialTests.OutcomeAsync(plain, tool, arguments);
            Assert.Equal($"{tool} {arguments}: {expected}", $"{tool} {arguments}: {await DifferentialTests.OutcomeAsync(client, tool, arguments)}");
        }

        var review = new Dictionary<string, object?> { ["path"] = "weather.md" };
        Assert.Equal(
            TextOf(await plain.GetPromptAsync("review", review, cancellationToken: token)), TextOf(await client.GetPromptAsync("review", review, cancellationToken: token)));
        Assert.Equal(
            TextOf(await plain.ReadResourceAsync("docs://index", cancellationToken: token)), TextOf(await client.ReadResourceAsync("docs://index", cancellationToken: token)));
    }

    [Theory]
    [InlineData("2026-07-28")]
    [InlineData("2025-11-25")]
    public async Task Of_the_official_suite_nothing_fails_that_passes_on_the_twin(string revision)
    {
        Assert.SkipUnless(ConformanceSuite.IsPossible, "The official suite is installed with npm, and its Node runs on x64 Linux.");
        await using var folder = await KeyFolder.CreateAsync();
        await using var example = new ExampleServer(folder);
        await example.StartHttpAsync();
        await using var door = await KeyDoor.OpenAsync(example.Endpoint, await folder.MintAsync(100_000, "docs.*"));
        await using var twin = await StartTwinAsync(example, new Wire(HttpServerSessionMode.Stateless, revision));

        await ConformanceSuite.AssertNothingIsLostAsync(twin.Endpoint, door.Endpoint, revision, "expected-failures-example.txt");
    }

    private static Task<HttpServer> StartTwinAsync(ExampleServer example, Wire wire) => HttpServer.StartAsync(
        mcp =>
        {
            mcp.Services.AddSingleton(new DocumentFolder(example.Docs));
            var name = typeof(DocumentTools).Assembly.GetName();
            mcp.Services.Configure<McpServerOptions>(options => options.ServerInfo = new() { Name = name.Name!, Version = name.Version!.ToString() });
            mcp.WithTools<DocumentTools>().WithPrompts<DocumentPrompts>().WithResources<DocumentResources>();
        },
        wire,
        requiresKey: false);

    private static string TextOf(GetPromptResult prompt) => Assert.IsType<TextContentBlock>(prompt.Messages.Single().Content).Text;

    private static string TextOf(ReadResourceResult resource) => Assert.IsType<TextResourceContents>(resource.Contents.Single()).Text;
}
