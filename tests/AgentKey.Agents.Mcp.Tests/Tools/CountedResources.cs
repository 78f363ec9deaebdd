using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>Resources with a price: one that is listed, and a template.</summary>
public sealed class CountedResources(CallCount calls)
{
    [McpServerResource(UriTemplate = "test://manual", Name = "manual"), AgentScope("test.manual"), Cost(3)]
    public string Manual()
    {
        calls.Begin();
        return "The manual.";
    }

    [McpServerResource(UriTemplate = "test://pages/{number}", Name = "page"), AgentScope("test.page"), Cost(1)]
    public string Page(int number)
    {
        calls.Begin();
        return $"Page {number}.";
    }

    [McpServerResource(UriTemplate = "test://vault", Name = "vault"), AgentScope("admin.vault"), Cost(1)]
    public string Vault()
    {
        calls.Begin();
        return "The vault.";
    }
}
