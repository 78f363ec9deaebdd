using AgentKey.Agents;

namespace AgentKey.Cli.McpProxy.Policies;

/// <summary>What one tool, prompt or resource needs and costs.</summary>
/// <param name="Policy">Scope, price, and what happens when it fails.</param>
/// <param name="PerResult">The price by the length of the result; <see langword="null"/> for one that is known before the call.</param>
internal sealed record PolicyEntry(ToolPolicy Policy, ResultPrice? PerResult);
