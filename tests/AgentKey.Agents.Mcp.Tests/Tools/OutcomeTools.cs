using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>Tools that end in every way that a tool can end.</summary>
public sealed class OutcomeTools(CallCount calls, Signals signals)
{
    private static readonly CallToolResult Shared = new() { Content = [new TextContentBlock { Text = "shared" }] };

    /// <summary>One result object for all callers.</summary>
    [McpServerTool(Name = "shared"), AgentScope("test.shared"), Cost(1)]
    public CallToolResult GetShared()
    {
        calls.Begin();
        return Shared;
    }

    [McpServerTool(Name = "error"), AgentScope("test.error"), Cost(15)]
    public CallToolResult ReturnError()
    {
        calls.Begin();
        return new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = "no such city" }] };
    }

    [McpServerTool(Name = "wait"), AgentScope("test.wait"), Cost(15)]
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        calls.Begin();
        signals.Started.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "never";
    }

    /// <summary>Does not look at its token, as many tools do not.</summary>
    [McpServerTool(Name = "stubborn"), AgentScope("test.wait"), Cost(15)]
    public async Task<string> StubbornAsync()
    {
        calls.Begin();
        signals.Started.TrySetResult();
        await signals.MayEnd.Task;
        return "done";
    }
}
