using AgentKey.Agents;

namespace AgentKey.Dashboard.Tests;

/// <summary>Tools for the manifest of this assembly.</summary>
public static class ProxyTools
{
    [AgentScope("proxy.chat")]
    [Cost(15, OnCancellation = FailureOutcome.Refund)]
    public static Task<string> ChatAsync(string prompt, CancellationToken cancellationToken) => Task.FromResult(prompt);

    [AgentPublic]
    public static string Version() => "1";
}
