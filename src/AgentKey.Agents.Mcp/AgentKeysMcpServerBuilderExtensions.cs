using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp;

/// <summary>Puts agent keys in front of an MCP server.</summary>
public static class AgentKeysMcpServerBuilderExtensions
{
    /// <summary>
    /// Binds the caller of every tool call, refuses tools that carry no guard, and answers refusals in a form that the
    /// model can read. Charges nothing itself: the guarded tool does. Calling it twice changes nothing but the settings.
    /// </summary>
    /// <remarks>
    /// The caller is the authenticated user's key on HTTP (<c>AddAuthentication().AddAgentKeys()</c> in
    /// AgentKey.AspNetCore), and the secret in <c>AGENTKEY_API_KEY</c> on stdio. On HTTP the environment is never read.
    /// Needs <see cref="AgentKeysServiceCollectionExtensions.AddAgentKeys"/>.
    /// </remarks>
    /// <param name="builder">The server.</param>
    /// <param name="configure">Changes the settings.</param>
    public static IMcpServerBuilder WithAgentKeys(this IMcpServerBuilder builder, Action<AgentKeysMcpOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<AgentKeysMcpOptions>();
        if (configure is not null)
        {
            builder.Services.Configure(configure);
        }

        builder.Services.TryAddSingleton<McpCallerResolver>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<McpServerOptions>, AgentKeysCallToolFilter>());
        return builder;
    }
}
