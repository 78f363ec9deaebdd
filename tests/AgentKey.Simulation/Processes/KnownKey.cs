using AgentKey.Keys;

namespace AgentKey.Simulation.Processes;

/// <summary>A key that the library said it has made.</summary>
internal sealed class KnownKey(string id, AgentSecret? secret, string? subject)
{
    public string Id { get; } = id;

    /// <summary>The secrets that were handed out, the latest last; none for a subject.</summary>
    public List<AgentSecret> Secrets { get; } = secret is null ? [] : [secret];

    public string? Subject { get; } = subject;

    public string? ParentId { get; init; }

    public bool IsCarved { get; init; }

    /// <summary>Whether a revocation was acknowledged.</summary>
    public bool IsRevoked { get; set; }
}
