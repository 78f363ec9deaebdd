using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Tests.Conformance;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Agents.Mcp.Tests.Tools;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Client;

namespace AgentKey.Agents.Mcp.Tests;

/// <summary>A key that can pay sees no difference between a guarded server and a plain one, but for the money in <c>_meta</c>.</summary>
public sealed class DifferentialTests
{
    private static readonly (string Tool, string Arguments)[] Calls =
    [
        ("work", """{}"""),
        ("work", """{"size":2}"""),
        ("work", """{"size":"a lot"}"""),
        ("work", """{"size":1,"unknown":[1,2]}"""),
        ("reset", """{}"""),
        ("fail", """{}"""),
        ("shared", """{}"""),
        ("error", """{}"""),
        ("error-kept", """{}"""),
        ("by-length", """{"length":12}"""),
        ("by-length", """{}"""),
        ("by-length", """{"length":1.5}"""),
        ("free", """{}"""),
        ("ask", """{"subject":"them"}"""),
        ("ask-twice", """{}"""),
        ("test_simple_text", """{}"""),
        ("test_image_content", """{}"""),
        ("test_audio_content", """{}"""),
        ("test_embedded_resource", """{}"""),
        ("test_multiple_content_types", """{}"""),
        ("test_error_handling", """{}"""),
        ("test_tool_with_progress", """{}"""),
        ("test_elicitation", """{"message":"Who?"}"""),
        ("no-such-tool", """{}"""),
    ];

    [Theory]
    [MemberData(nameof(RoundsTests.Asking), MemberType = typeof(RoundsTests))]
    public async Task The_same_calls_have_the_same_results(HttpServerSessionMode mode, string protocol)
    {
        var wire = new Wire(mode, protocol);
        await using var guarded = await HttpServer.StartAsync(mcp => mcp.WithAgentTools(), wire);
        await using var plain = await HttpServer.StartAsync(
            mcp => mcp.WithTools<CountedTools>().WithTools<AskingTools>().WithTools<OutcomeTools>().WithTools<ConformanceTools>(), wire, requiresKey: false);
        var key = await guarded.Folder.MintAsync(100_000, "test.*", "admin.*", "conformance.run");
        await using var guardedClient = await guarded.ConnectAsync(key, wire, new Answer("accept", "Ann"));
        await using var plainClient = await plain.ConnectAsync(key: null, wire, new Answer("accept", "Ann"));

        foreach (var (tool, arguments) in Calls)
        {
            var expected = await OutcomeAsync(plainClient, tool, arguments);
            var actual = await OutcomeAsync(guardedClient, tool, arguments);
            Assert.Equal($"{tool} {arguments}: {expected}", $"{tool} {arguments}: {actual}");
        }

        Assert.Equal(plain.Bodies, guarded.Bodies);
    }

    /// <summary>What a call comes to, without the money in it.</summary>
    internal static async Task<string> OutcomeAsync(McpClient client, string tool, string arguments)
    {
        try
        {
            var result = await client.CallToolAsync(
                tool, JsonSerializer.Deserialize<Dictionary<string, object?>>(arguments), cancellationToken: TestContext.Current.CancellationToken);
            var json = JsonSerializer.SerializeToNode(result, McpJsonUtilities.DefaultOptions)!.AsObject();
            if (json["_meta"] is JsonObject meta)
            {
                meta.Remove("agentkey/costCents");
                meta.Remove("agentkey/remainingCents");
                if (meta.Count == 0)
                {
                    json.Remove("_meta");
                }
            }

            return json.ToJsonString();
        }
        catch (McpProtocolException error)
        {
            return $"{error.ErrorCode}: {error.Message}";
        }
    }
}
