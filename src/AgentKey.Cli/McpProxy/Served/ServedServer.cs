using AgentKey.Agents.Mcp;
using AgentKey.Cli.McpProxy.Policies;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What is served in one session of the server behind the proxy: what it has and the policy names, each behind the guard.</summary>
internal sealed class ServedServer(CallerSession session, ProxyPolicy policy) : IAsyncDisposable
{
    private readonly McpServerPrimitiveCollection<McpServerTool> _tools = [];
    private readonly McpServerPrimitiveCollection<McpServerPrompt> _prompts = [];
    private readonly McpServerResourceCollection _resources = [];
    private Catalog? _catalog;

    public CallerSession Session => session;

    /// <summary>Asks the server what it has.</summary>
    /// <returns>What the policy and the server disagree about.</returns>
    public async Task<PolicyReport> LoadAsync(CancellationToken cancellationToken)
    {
        var catalog = await Catalog.LoadAsync(await session.Link.ConnectAsync(cancellationToken), cancellationToken);
        Serve(catalog);
        return new PolicyReport([
            PolicyComparison.Of("tools", [.. catalog.Tools.Select(tool => tool.Name)], policy.Tools),
            PolicyComparison.Of("prompts", [.. catalog.Prompts.Select(prompt => prompt.Name)], policy.Prompts),
            PolicyComparison.Of("resources", [.. catalog.Resources.Select(resource => resource.Uri), .. catalog.Templates.Select(template => template.UriTemplate)], policy.Resources),
        ]);
    }

    /// <summary>The same for one more caller, over a link of its own.</summary>
    public ServedServer OpenSession()
    {
        var another = new ServedServer(session.Another(), policy);
        another.Serve(_catalog!);
        return another;
    }

    /// <summary>Lets a server show it. The server looks like the one behind it.</summary>
    public void Configure(McpServerOptions options)
    {
        var has = _catalog!.Capabilities;
        options.ServerInfo = _catalog.Server;
        options.ServerInstructions = _catalog.Instructions;
        options.ToolCollection = has.Tools is null ? null : _tools;
        options.PromptCollection = has.Prompts is null ? null : _prompts;
        options.ResourceCollection = has.Resources is null ? null : _resources;
        options.Handlers.CompleteHandler = has.Completions is null ? null : CompleteAsync;
        options.Handlers.SetLoggingLevelHandler = SetLevelAsync;
    }

    public ValueTask DisposeAsync() => session.DisposeAsync();

    private void Serve(Catalog catalog)
    {
        _catalog = catalog;
        Serve(_tools, catalog.Tools, policy.Tools, tool => tool.Name, (tool, entry) => new ProxiedTool(tool, entry.PerResult, session).Guarded(entry.Policy));
        Serve(_prompts, catalog.Prompts, policy.Prompts, prompt => prompt.Name, (prompt, entry) => new ProxiedPrompt(prompt, entry, session));
        Serve(_resources, catalog.Resources, policy.Resources, resource => resource.Uri, (resource, entry) => new ProxiedResource(resource, entry, session));
        Serve(_resources, catalog.Templates, policy.Resources, template => template.UriTemplate, (template, entry) => new ProxiedResource(template, entry, session));
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
            ? GuardedRequest.Read<CompleteResult>(await session.CallAsync(request, cancellationToken))
            : new CompleteResult();
    }

    private async ValueTask<EmptyResult> SetLevelAsync(RequestContext<SetLevelRequestParams> request, CancellationToken cancellationToken)
    {
        await session.SetLevelAsync(request.Params.Level, cancellationToken);
        return new EmptyResult();
    }
}
