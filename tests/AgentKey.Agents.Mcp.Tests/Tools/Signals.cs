namespace AgentKey.Agents.Mcp.Tests.Tools;

/// <summary>Lets a test wait for a tool, and a tool for a test.</summary>
public sealed class Signals
{
    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
