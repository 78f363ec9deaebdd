using System.Security.Claims;
using AgentKey.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp;

/// <summary>Finds out who calls: the user's key on HTTP, the environment's where one client started this process.</summary>
internal sealed class McpCallerResolver(AgentKeys keys, IServiceProvider services, IOptions<AgentKeysMcpOptions> options)
{
    // Read once: it is the launcher's word, and a running process cannot be given another. Whether the key lives is
    // asked at every charge.
    private readonly Lazy<Caller?> _environment = new(() =>
        Environment.GetEnvironmentVariable(options.Value.EnvironmentVariable) is { Length: > 0 } secret ? keys.Identify(secret) : null);

    public Caller? Find(MessageContext context) =>
        CallerIdentity.FindCaller(context.User) ?? (CameOverOwnStream(context) ? _environment.Value : null);

    /// <summary>What the rounds of one call have in common: the key's id on HTTP, the one client of this process elsewhere.</summary>
    public static string NameOf(MessageContext context) => context.User?.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? "";

    // What comes over HTTP has a user, a related transport (Streamable HTTP) or a session id (SSE). One host may serve
    // both ways at once, and a stranger's request must not be paid for with the process's own key.
    private bool CameOverOwnStream(MessageContext context) =>
        context.User is null
        && context.JsonRpcMessage.Context?.RelatedTransport is null
        && context.Server.SessionId is null
        && services.GetService<ITransport>() is StreamServerTransport;
}
