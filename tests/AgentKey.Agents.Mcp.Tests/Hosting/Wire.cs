using ModelContextProtocol.AspNetCore;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>One way to speak MCP over HTTP: how the server keeps sessions, and which revision the client speaks.</summary>
public sealed record Wire(HttpServerSessionMode Mode, string Protocol)
{
    public static Wire Newest { get; } = new(HttpServerSessionMode.Stateless, "2026-07-28");

    /// <summary>The newest revision, the older one without sessions and with them, and both on a server that keeps sessions for the older.</summary>
    public static TheoryData<HttpServerSessionMode, string> All => new()
    {
        { Newest.Mode, Newest.Protocol },
        { HttpServerSessionMode.Stateless, "2025-11-25" },
        { HttpServerSessionMode.Stateful, "2025-11-25" },
        { HttpServerSessionMode.StatefulForInitializeClients, Newest.Protocol },
        { HttpServerSessionMode.StatefulForInitializeClients, "2025-11-25" },
    };
}
