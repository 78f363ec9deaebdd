namespace AgentKey.Cli.McpProxy.Policies;

/// <summary>What a policy file says: what may be used at what price, by name or address. What it does not name is closed.</summary>
internal sealed record ProxyPolicy(
    IReadOnlyDictionary<string, PolicyEntry> Tools,
    IReadOnlyDictionary<string, PolicyEntry> Prompts,
    IReadOnlyDictionary<string, PolicyEntry> Resources);
