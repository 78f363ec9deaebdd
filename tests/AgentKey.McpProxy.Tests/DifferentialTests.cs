using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;
using AgentKey.Money;
using ModelContextProtocol;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.McpProxy.Tests;

/// <summary>The same calls with and without a proxy: but for the money, the same answers.</summary>
public sealed class DifferentialTests
{
    private const string Earlier = "2025-11-25";

    private const string AFormForACent = """{"tools": {"form": {"scope": "plain.a", "cents": 1}}}""";

    private const string All = """
        {"tools": {
            "echo": {"scope": "plain.a", "cents": 1}, "add": {"scope": "plain.a", "cents": 1}, "fail": {"scope": "plain.a", "cents": 1},
            "throw": {"scope": "plain.a", "cents": 1}, "picture": {"scope": "plain.a", "cents": 1}, "repeat": {"scope": "plain.a", "cents": 1},
            "count": {"scope": "plain.a", "cents": 1}, "wait": {"public": true}
        }}
        """;

    private static readonly (string Tool, (string Name, object? Value)[] Arguments)[] Calls =
    [
        ("echo", [("text", "Grüße, 世界 \U0001F600")]),
        ("echo", [("text", null)]),
        ("echo", []),
        ("echo", [("text", 5)]),
        ("add", [("a", 2), ("b", 3)]),
        ("add", [("a", 2)]),
        ("add", [("a", 9_999_999_999), ("b", 1)]),
        ("fail", []),
        ("throw", []),
        ("picture", []),
        ("repeat", [("times", 70_000)]),
        ("count", []),
        ("no-such-tool", []),
    ];

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(false, "2025-11-25")]
    [InlineData(true, "2025-11-25")]
    public async Task Tools_answer_the_same(bool isHttp, string? protocol)
    {
        await using var plain = await PlainServer.ConnectStdioAsync(protocol);
        await using var line = await Line.StartAsync(isHttp, policy: All, protocol: protocol);

        Assert.Equal(plain.NegotiatedProtocolVersion, line.Client.NegotiatedProtocolVersion);
        foreach (var (tool, arguments) in Calls)
        {
            Assert.Equal(await AnswerAsync(plain, tool, arguments), await AnswerAsync(line.Client, tool, arguments));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2025-11-25")]
    public async Task Tools_look_the_same(string? protocol)
    {
        await using var plain = await PlainServer.ConnectStdioAsync(protocol);
        await using var line = await Line.StartAsync(policy: All, protocol: protocol);

        var own = (await plain.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken)).ToDictionary(tool => tool.Name, Look);
        var proxied = await line.Client.ListToolsAsync(cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(8, proxied.Count);
        Assert.All(proxied, tool => Assert.Equal(own[tool.Name], Look(tool)));
    }

    [Theory]
    [InlineData(false, false, null, null)]
    [InlineData(true, false, null, null)]
    [InlineData(false, false, null, Earlier)]
    [InlineData(true, false, null, Earlier)]
    [InlineData(false, false, Earlier, null)]
    [InlineData(true, true, Earlier, null)]
    [InlineData(false, false, Earlier, Earlier)]
    [InlineData(true, true, Earlier, Earlier)]
    public async Task An_answer_says_what_the_human_said_and_no_more(bool isHttp, bool isHttpBehind, string? protocol, string? protocolBehind)
    {
        var (own, proxied) = (AnswerWithItsName(), AnswerWithItsName());
        await using var plain = await PlainServer.ConnectStdioAsync(protocolBehind, own);
        await using var line = await Line.StartAsync(
            isHttp, isHttpBehind, policy: AFormForACent, protocol: protocol, behind: protocolBehind is null ? [] : ["--protocol", protocolBehind], answer: proxied);

        var direct = Clients.TextOf(await plain.CallAsync("form"));
        var behind = Clients.TextOf(await line.Client.CallAsync("form"));

        Assert.Equal("""{"name":"Ann"}""", direct);
        Assert.Equal(direct, behind);
        Assert.Equal(own.Forms, proxied.Forms);
        Assert.Contains("\"default\":true", Assert.Single(own.Forms), StringComparison.Ordinal);
        Assert.Equal(Cost.FromCents(1), await line.SpentAsync());
    }

    private static Answer AnswerWithItsName() =>
        new("accept") { Content = new Dictionary<string, JsonElement> { ["name"] = JsonSerializer.SerializeToElement("Ann") } };

    private static string Look(McpClientTool tool) => WithoutMoney(JsonSerializer.SerializeToNode(tool.ProtocolTool, McpJsonUtilities.DefaultOptions)!);

    private static async Task<string> AnswerAsync(McpClient client, string tool, (string, object?)[] arguments)
    {
        try
        {
            return WithoutMoney(JsonSerializer.SerializeToNode(await client.CallAsync(tool, arguments), McpJsonUtilities.DefaultOptions)!);
        }
        catch (McpProtocolException error)
        {
            return $"{error.ErrorCode}: {error.Message}";
        }
    }

    private static string WithoutMoney(JsonNode answer)
    {
        if (answer["_meta"] is JsonObject meta)
        {
            foreach (var name in meta.Select(member => member.Key).Where(name => name.StartsWith("agentkey/", StringComparison.Ordinal)).ToArray())
            {
                meta.Remove(name);
            }

            if (meta.Count == 0)
            {
                answer.AsObject().Remove("_meta");
            }
        }

        return answer.ToJsonString();
    }
}
