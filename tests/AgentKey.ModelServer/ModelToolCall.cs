namespace AgentKey.ModelServer;

/// <summary>A tool that the model asks for, or asked for earlier.</summary>
/// <param name="Id">The call's id; the tool's answer carries it back.</param>
/// <param name="Name">The tool as the request advertised it.</param>
/// <param name="Arguments">The arguments, a JSON object as text.</param>
public sealed record ModelToolCall(string Id, string Name, string Arguments = "{}");
