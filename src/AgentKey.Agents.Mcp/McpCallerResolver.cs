using AgentKey.Keys;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp;

/// <summary>Finds out who calls: the user's key on HTTP, the environment's on a transport with one session only.</summary>
internal sealed class McpCallerResolver(AgentKeys keys, IServiceProvider services)
{
    // Only stdio and stream transports register themselves; an HTTP server must never fall back to its own environment.
    private readonly Lazy<Caller?> _environment = new(() =>
        services.GetService<ITransport>() is not null && Environment.GetEnvironmentVariable(AgentSecret.EnvironmentVariable) is { Length: > 0 } secret
            ? keys.Identify(secret)
            : null);

    public Caller? Find(MessageContext context) => CallerIdentity.FindCaller(context.User) ?? _environment.Value;
}
