namespace AgentKey.Charging;

/// <summary>Whether a new carved key's cap could be drawn.</summary>
internal sealed record DrawAnswer(Denial? Denial);
