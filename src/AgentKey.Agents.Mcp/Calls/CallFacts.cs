using System.Text.Json;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>What makes one call this call and no other.</summary>
/// <param name="Kind">Tool, prompt or resource.</param>
/// <param name="Name">Its name or address.</param>
/// <param name="Caller">Who calls, as the transport knows it.</param>
/// <param name="Arguments">What it was called with.</param>
/// <param name="Askable">How its client can be asked, as <see cref="Suspension.AskableOf"/> writes it.</param>
internal sealed record CallFacts(string Kind, string Name, string Caller, IDictionary<string, JsonElement>? Arguments, string Askable);
