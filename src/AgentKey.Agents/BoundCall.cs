using AgentKey.Keys;

namespace AgentKey.Agents;

/// <summary>What is bound to a flow of control: who calls, and which call it is.</summary>
internal sealed record BoundCall(Caller? Caller, ToolCall? Call);
