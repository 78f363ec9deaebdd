using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Parity.Tests;

/// <summary>What an MCP client is told of a guarded tool, prompt or resource is what it would be told of the raw one, byte for byte.</summary>
public sealed class McpParityTests
{
    public static TheoryData<string> Tools => [.. Twin.With<McpServerToolAttribute>()];

    public static TheoryData<string> Prompts => [.. Twin.With<McpServerPromptAttribute>()];

    public static TheoryData<string> Resources => [.. Twin.With<McpServerResourceAttribute>()];

    [Theory]
    [MemberData(nameof(Tools))]
    public void A_tool_looks_the_same(string sample)
    {
        var twin = Twin.Samples[sample];

        Assert.Equal(
            Json(McpServerTool.Create(twin.Raw, twin.RawTarget).ProtocolTool), Json(McpServerTool.Create(twin.Guarded, twin.GuardedTarget).ProtocolTool));
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public void A_prompt_looks_the_same(string sample)
    {
        var twin = Twin.Samples[sample];

        Assert.Equal(
            Json(McpServerPrompt.Create(twin.Raw, twin.RawTarget).ProtocolPrompt), Json(McpServerPrompt.Create(twin.Guarded, twin.GuardedTarget).ProtocolPrompt));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void A_resource_looks_the_same(string sample)
    {
        var twin = Twin.Samples[sample];

        Assert.Equal(
            Json(McpServerResource.Create(twin.Raw, twin.RawTarget).ProtocolResourceTemplate),
            Json(McpServerResource.Create(twin.Guarded, twin.GuardedTarget).ProtocolResourceTemplate));
    }

    [Fact]
    public void Documentation_becomes_a_description_where_the_sdk_makes_one()
    {
        var twin = Twin.Samples["DocumentedTools.ChatAsync"];

        Assert.StartsWith("Chats with \"somebody\", at length.\nSlow & steady.", McpServerTool.Create(twin.Guarded, twin.GuardedTarget).ProtocolTool.Description, StringComparison.Ordinal);
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, McpJsonUtilities.DefaultOptions);
}
