using AgentKey.Keys;

namespace AgentKey.Agents.Mcp;

/// <summary>Settings of <see cref="AgentKeysMcpServerBuilderExtensions.WithAgentKeys"/>. Read at the first call.</summary>
public sealed class AgentKeysMcpOptions
{
    /// <summary>
    /// The environment variable that holds the secret of a server which talks over standard input and output. A request
    /// over HTTP is never paid for with it.
    /// </summary>
    public string EnvironmentVariable { get; set; } = AgentSecret.EnvironmentVariable;
}
