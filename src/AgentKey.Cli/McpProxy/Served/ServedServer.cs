using AgentKey.Agents.Mcp;
using AgentKey.Cli.McpProxy.Policies;
using AgentKey.Cli.McpProxy.Upstream;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What is served of the server behind one link: what it has and the policy names, each behind the guard.</summary>
internal sealed class ServedServer(UpstreamLink link, ProxyPolicy policy)
{
    private readonly McpServerPrimitiveCollection<McpServerTool> _tools = [];
    private readonly McpServerPrimitiveCollection<McpServerPrompt> _prompts = [];
    private readonly McpServerResourceCollection _resources = [];
    private McpClient? _origin;

    /// <summary>Asks the server what it has.</summary>
    /// <returns>What the policy and the server disagree about.</returns>
    public async Task<PolicyReport> LoadAsync(CancellationToken cancellationToken)
    {
        _origin = await link.ConnectAsync(cancellationToken);
        var has = _origin.ServerCapabilities;
        var tools = has.Tools is null ? [] : await _origin.ListToolsAsync(cancellationToken: cancellationToken);
        var prompts = has.Prompts is null ? [] : await _origin.ListPromptsAsync(cancellationToken: cancellationToken);
        var resources = has.Resources is null ? [] : await _origin.ListResourcesAsync(cancellationToken: cancellationToken);
        var templates = has.Resources is null ? [] : await _origin.ListResourceTemplatesAsync(cancellationToken: cancellationToken);
        Serve(_tools, tools, policy.Tools, tool => tool.Name, (tool, entry) => new ProxiedTool(tool.ProtocolTool, entry.PerResult, link).Guarded(entry.Policy));
        Serve(_prompts, prompts, policy.Prompts, prompt => prompt.Name, (prompt, entry) => new ProxiedPrompt(prompt.ProtocolPrompt, entry, link));
        Serve(_resources, resources, policy.Resources, resource => resource.Uri, (resource, entry) => new ProxiedResource(resource.ProtocolResource, entry, link));
        Serve(_resources, templates, policy.Resources, template => template.UriTemplate, (template, entry) => new ProxiedResource(template.ProtocolResourceTemplate, entry, link));
        return new PolicyReport([
            PolicyComparison.Of("tools", [.. tools.Select(tool => tool.Name)], policy.Tools),
            PolicyComparison.Of("prompts", [.. prompts.Select(prompt => prompt.Name)], policy.Prompts),
            PolicyComparison.Of("resources", [.. resources.Select(resource => resource.Uri), .. templates.Select(template => template.UriTemplate)], policy.Resources),
        ]);
    }

    /// <summary>Lets a server show it. The server looks like the one behind it.</summary>
    public void Configure(McpServerOptions options)
    {
        var has = _origin!.ServerCapabilities;
        options.ServerInfo = _origin.ServerInfo;
        options.ServerInstructions = _origin.ServerInstructions;
        options.ToolCollection = has.Tools is null ? null : _tools;
        options.PromptCollection = has.Prompts is null ? null : _prompts;
        options.ResourceCollection = has.Resources is null ? null : _resources;
        options.Handlers.CompleteHandler = has.Completions is null ? null : CompleteAsync;
        options.Filters.Message.IncomingFilters.Add(KeyScreen.Around);
    }

    private static void Serve<TRemote, TServed>(
        McpServerPrimitiveCollection<TServed> served, IEnumerable<TRemote> found, IReadOnlyDictionary<string, PolicyEntry> policy,
        Func<TRemote, string> nameOf, Func<TRemote, PolicyEntry, TServed> make)
        where TServed : IMcpServerPrimitive
    {
        foreach (var remote in found)
        {
            if (policy.TryGetValue(nameOf(remote), out var entry))
            {
                served.TryAdd(make(remote, entry));
            }
        }
    }

    // The gate in front has looked whether the caller may use what the argument is of; what is not served, nobody may.
    private async ValueTask<CompleteResult> CompleteAsync(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        var isServed = request.Params.Ref switch
        {
            PromptReference prompt => _prompts.TryGetPrimitive(prompt.Name, out _),
            ResourceTemplateReference { Uri: { } address } => _resources.TryGetPrimitive(address, out _),
            _ => false,
        };
        return isServed
            ? GuardedRequest.Read<CompleteResult>(await link.SendAsync(RequestMethods.CompletionComplete, ForwardedParams.Of(request.JsonRpcRequest.Params), null, cancellationToken))
            : new CompleteResult();
    }
}
