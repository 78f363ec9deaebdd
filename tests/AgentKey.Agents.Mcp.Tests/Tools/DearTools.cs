using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>Tools and a prompt whose price cannot be read off what the client sends.</summary>
public sealed class DearTools(CallCount calls)
{
    [McpServerTool(Name = "by-own-length"), AgentScope("dear.work"), Cost(1, Per = nameof(length), PerUnits = 1000)]
    public string ByOwnLength(long length = 20_000) => Done(length);

    [McpServerTool(Name = "by-rule"), AgentScope("dear.work"), Cost(typeof(DearPrice))]
    public string ByRule(long length) => Done(length);

    [McpServerTool(Name = "by-rising-rule"), AgentScope("dear.work"), Cost(typeof(RisingPrice))]
    public string ByRisingRule() => Done(1);

    [McpServerPrompt(Name = "long-brief"), AgentScope("dear.work"), Cost(1, Per = nameof(length), PerUnits = 1000)]
    public string LongBrief(int length) => Done(length);

    private string Done(long length)
    {
        calls.Begin();
        return $"{length} characters";
    }
}
