using ModelContextProtocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>Tagged tools; the generator writes the guarded twin that the servers serve.</summary>
public sealed class CountedTools(CallCount calls)
{
    [McpServerTool(Name = "work"), AgentScope("test.work"), Cost(15)]
    public async Task<string> WorkAsync(int size = 1, CancellationToken cancellationToken = default)
    {
        calls.Begin();
        await Task.Delay(TimeSpan.FromMilliseconds(size), cancellationToken);
        return "done";
    }

    [McpServerTool(Name = "whoami"), AgentScope("test.whoami"), Cost(1)]
    public async Task<string> WhoAmIAsync()
    {
        calls.Begin();
        await Task.Yield();
        return CallerScope.Current?.ToString() ?? "nobody";
    }

    [McpServerTool(Name = "reset"), AgentScope("admin.reset"), Cost(1)]
    public string Reset()
    {
        calls.Begin();
        return "done";
    }

    [McpServerTool(Name = "fail"), AgentScope("test.fail"), Cost(15)]
    public string Fail()
    {
        calls.Begin();
        throw new McpException("the upstream is on fire");
    }
}
