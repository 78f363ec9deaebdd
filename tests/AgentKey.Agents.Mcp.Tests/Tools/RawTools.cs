using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>A tool that nobody tagged: it would be free for all.</summary>
public sealed class RawTools(CallCount calls)
{
    [McpServerTool(Name = "raw")]
    public string Run()
    {
        calls.Begin();
        return "done";
    }
}
