using System.ComponentModel;
using Microsoft.Extensions.AI;
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

    [McpServerTool(Name = "error-kept"), AgentScope("test.error"), Cost(15, OnFailure = FailureOutcome.Keep)]
    public CallToolResult ReturnErrorAndKeep() => ReturnError();

    [McpServerTool(Name = "error-content"), AgentScope("test.error"), Cost(15)]
    public AIContent ReturnErrorContent()
    {
        calls.Begin();
        return new ErrorContent("no such city");
    }

    [McpServerTool(Name = "error-content-later"), AgentScope("test.error"), Cost(15)]
    public Task<ErrorContent> ReturnErrorContentAsync() => Task.FromResult((ErrorContent)ReturnErrorContent());

    [McpServerTool(Name = "error-contents"), AgentScope("test.error"), Cost(15)]
    public IEnumerable<AIContent> ReturnErrorContents()
    {
        yield return ReturnErrorContent();
    }

    [McpServerTool(Name = "error-content-held"), AgentScope("test.error"), Cost(UpTo = 15)]
    public AIContent HoldAndReturnErrorContent() => ReturnErrorContent();

    [McpServerTool(Name = "error-content-kept"), AgentScope("test.error"), Cost(15, OnFailure = FailureOutcome.Keep)]
    public AIContent KeepAndReturnErrorContent() => ReturnErrorContent();

    /// <summary>An error among other things, which the protocol's result does not call a failure.</summary>
    [McpServerTool(Name = "mixed-contents"), AgentScope("test.error"), Cost(15)]
    public IEnumerable<AIContent> ReturnMixedContents() => [new TextContent("Paris"), ReturnErrorContent()];

    [McpServerTool(Name = "no-contents"), AgentScope("test.error"), Cost(15)]
    public IReadOnlyList<AIContent> ReturnNoContents()
    {
        calls.Begin();
        return [];
    }

    [McpServerTool(Name = "wait"), AgentScope("test.wait"), Cost(15)]
    public async Task<string> WaitAsync(CancellationToken cancellationToken)
    {
        calls.Begin();
        signals.Started.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "never";
    }

    [McpServerTool(Name = "wait-refunded"), AgentScope("test.wait"), Cost(15, OnCancellation = FailureOutcome.Refund)]
    public Task<string> WaitAndRefundAsync(CancellationToken cancellationToken) => WaitAsync(cancellationToken);

    /// <summary>Does not look at its token, as many tools do not.</summary>
    [McpServerTool(Name = "stubborn"), AgentScope("test.wait"), Cost(15)]
    public async Task<string> StubbornAsync()
    {
        calls.Begin();
        signals.Started.TrySetResult();
        await signals.MayEnd.Task;
        return "done";
    }

    [McpServerTool(Name = "by-length"), AgentScope("test.length"), Cost(1, Per = nameof(length), PerUnits = 1000)]
    public string ByLength(long length)
    {
        calls.Begin();
        return new string('a', (int)length);
    }

    [McpServerTool(Name = "free"), Description("Costs nothing."), AgentPublic]
    public string Free()
    {
        calls.Begin();
        return "free";
    }
}
