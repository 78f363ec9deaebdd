using AgentKey.Agents.Mcp.Calls;
using AgentKey.Agents.Mcp.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp;

/// <summary>Puts agent keys in front of an MCP server.</summary>
public static class AgentKeysMcpServerBuilderExtensions
{
    /// <summary>
    /// Binds the caller of every call of a tool, prompt or resource, refuses those that carry no guard, shows each key only
    /// what it may use, and answers refusals in a form that the model can read. Charges nothing itself: the guarded tool
    /// does. Calling it twice changes nothing but the settings.
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
        var services = builder.Services;
        services.AddOptions<AgentKeysMcpOptions>();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<McpCallerResolver>();
        services.TryAddSingleton<StateSeal>();
        services.TryAddSingleton<CallRounds>();
        services.TryAddSingleton<CallApproval>();
        services.TryAddSingleton<CatalogView>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<McpServerOptions>, AgentKeysFilters>());
        return builder;
    }
}
