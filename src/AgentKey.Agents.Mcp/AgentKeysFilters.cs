using AgentKey.Agents.Mcp.Calls;
using AgentKey.Agents.Mcp.Catalog;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp;

/// <summary>Puts the gates where they belong, whatever the order of registration was.</summary>
internal sealed class AgentKeysFilters(
    McpCallerResolver callers, CallRounds rounds, CallApproval approval, CatalogView catalog, IOptions<AgentKeysMcpOptions> settings,
    ILoggerFactory loggers)
    : IPostConfigureOptions<McpServerOptions>
{
    private readonly CallGate<CallToolRequestParams, CallToolResult> _tools =
        new(new ToolKind(), callers, rounds, approval, settings.Value, loggers.CreateLogger<AgentKeysFilters>());

    private readonly CallGate<GetPromptRequestParams, GetPromptResult> _prompts =
        new(new PromptKind(), callers, rounds, approval, settings.Value, loggers.CreateLogger<AgentKeysFilters>());

    private readonly CallGate<ReadResourceRequestParams, ReadResourceResult> _resources =
        new(new ResourceKind(), callers, rounds, approval, settings.Value, loggers.CreateLogger<AgentKeysFilters>());

    public void PostConfigure(string? name, McpServerOptions options)
    {
        var filters = options.Filters.Request;

        // Last is innermost: nothing of the host's comes between the gate and the guarded method.
        filters.CallToolFilters.Add(_tools.Around);
        filters.GetPromptFilters.Add(_prompts.Around);
        filters.ReadResourceFilters.Add(_resources.Around);
        filters.SubscribeToResourcesFilters.Add(catalog.Subscriptions);
        filters.CompleteFilters.Add(catalog.Completions);
        options.Filters.Message.IncomingFilters.Add(catalog.Listening);

        // First is outermost: what can be read in two ways, nobody reads.
        options.Filters.Message.IncomingFilters.Insert(0, StrictRequest.Around);

        // And sees what all others made of a list.
        filters.ListToolsFilters.Insert(0, catalog.Tools);
        filters.ListPromptsFilters.Insert(0, catalog.Prompts);
        filters.ListResourcesFilters.Insert(0, catalog.Resources);
        filters.ListResourceTemplatesFilters.Insert(0, catalog.ResourceTemplates);
    }
}
