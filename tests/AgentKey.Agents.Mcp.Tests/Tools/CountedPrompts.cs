using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>Prompts with a price.</summary>
public sealed class CountedPrompts(CallCount calls)
{
    [McpServerPrompt(Name = "brief"), AgentScope("test.brief"), Cost(2)]
    public string Brief(string topic)
    {
        calls.Begin();
        return $"Write about {topic}.";
    }

    [McpServerPrompt(Name = "secret-brief"), AgentScope("admin.brief"), Cost(2)]
    public string SecretBrief()
    {
        calls.Begin();
        return "Write it down.";
    }
}
