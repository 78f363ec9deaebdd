using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>A tagged tool that a scan of the assembly finds, raw. Out of the scopes that the other tests' keys hold.</summary>
[McpServerToolType]
public sealed class ScannedTools(CallCount calls)
{
    [McpServerTool(Name = "scanned"), AgentScope("assembly.scanned"), Cost(1)]
    public string Run()
    {
        calls.Begin();
        return "done";
    }
}
