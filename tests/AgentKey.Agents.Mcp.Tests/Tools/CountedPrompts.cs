using System.ComponentModel;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>Prompts with a price, and one that is meant to be free.</summary>
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

    [McpServerPrompt(Name = "hello"), Description("Says hello."), AgentPublic]
    public string Hello()
    {
        calls.Begin();
        return "Say hello.";
    }
}
