using ModelContextProtocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>What the revisions of the protocol do differently.</summary>
internal static class ProtocolRevision
{
    private const string FirstWithoutHandshake = "2026-07-28";

    /// <summary>Whether every request says by itself what its client wants and can do; before, that was said once, at the beginning.</summary>
    public static bool IsWithoutHandshake(this McpSession session) => string.CompareOrdinal(session.NegotiatedProtocolVersion, FirstWithoutHandshake) >= 0;
}
