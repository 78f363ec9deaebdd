using AgentKey.Agents.Mcp;
using AgentKey.Cli.McpProxy.Policies;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What is served in one session of the server behind the proxy: what it has and the policy names, each behind the guard.</summary>
internal sealed class ServedServer : IAsyncDisposable
{
    private const int MostStreams = 20;

    private readonly KeyCounts _streams = new("streams of changes", MostStreams);
    private readonly ProxyPolicy _policy;
    private readonly AddressOrder _order;
    private readonly McpServerPrimitiveCollection<McpServerTool> _tools = [];
    private readonly McpServerPrimitiveCollection<McpServerPrompt> _prompts = [];
    private readonly McpServerResourceCollection _resources = [];
    private readonly Subscriptions _subscriptions;
    private readonly ServedList<McpServerTool> _servedTools;
    private readonly ServedList<McpServerPrompt> _servedPrompts;
    private readonly ServedList<McpServerResource> _servedResources;
    private Catalog? _catalog;
    private PolicyReport? _report;

    /// <summary>Serves nothing yet.</summary>
    public ServedServer(CallerSession session, ProxyPolicy policy)
        : this(session, policy, new AddressOrder(policy.Resources.Keys))
    {
    }

    private ServedServer(CallerSession session, ProxyPolicy policy, AddressOrder order)
    {
        Session = session;
        _policy = policy;
        _order = order;
        _subscriptions = new(session, _resources);
        _servedTools = new(_tools);
        _servedPrompts = new(_prompts);
        _servedResources = new(_resources);
        session.Changed = LoadAsync;
    }

    public CallerSession Session { get; }

    /// <summary>Asks the server what it has.</summary>
    /// <returns>What the policy and the server disagree about.</returns>
    public async Task<PolicyReport> LoadAsync(CancellationToken cancellationToken)
    {
        await Session.Link.ConnectAsync(cancellationToken);
        return _report!;
    }

    /// <summary>The same for one more caller, over a link of its own.</summary>
    /// <param name="keyId">The caller's key; <see langword="null"/> for the only caller of the proxy.</param>
    public ServedServer OpenSession(string? keyId = null)
    {
        var another = new ServedServer(Session.Another(keyId), _policy, _order);
        another.Serve(_catalog!);
        another._report = _report;
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
        options.Capabilities = new() { Resources = has.Resources is null ? null : new() { Subscribe = has.Resources.Subscribe } };
        options.Handlers.SubscribeToResourcesHandler = has.Resources?.Subscribe is true ? _subscriptions.SubscribeAsync : null;
        options.Handlers.UnsubscribeFromResourcesHandler = has.Resources?.Subscribe is true ? _subscriptions.UnsubscribeAsync : null;
        options.Handlers.SubscriptionsListenHandler = ListenAsync;
        options.Handlers.NotificationHandlers = [new(NotificationMethods.RootsListChangedNotification, async (_, _) => await Session.TellRootsChangedAsync())];
        options.Handlers.CompleteHandler = has.Completions is null ? null : CompleteAsync;
        options.Handlers.SetLoggingLevelHandler = SetLevelAsync;
    }

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    private async Task LoadAsync(McpClient origin, CancellationToken cancellationToken)
    {
        var catalog = await Catalog.LoadAsync(origin, cancellationToken);
        var report = catalog.CompareWith(_policy);
        Serve(catalog);
        if (_report is { } known)
        {
            foreach (var line in report.Lines.Except(known.Lines, StringComparer.Ordinal))
            {
                await Console.Error.WriteLineAsync(line.AsMemory(), cancellationToken);
            }
        }

        _report = report;
    }

    private void Serve(Catalog catalog)
    {
        _catalog = catalog;
        _servedTools.Replace(catalog.Tools.Select(tool => (tool.Name, tool)), _policy.Tools, (tool, entry) => new ProxiedTool(tool, entry.PerResult, Session).Guarded(entry.Policy));
        _servedPrompts.Replace(catalog.Prompts.Select(prompt => (prompt.Name, prompt)), _policy.Prompts, (prompt, entry) => new ProxiedPrompt(prompt, entry, Session));
        _servedResources.Replace(catalog.Addresses, _policy.Resources, (address, entry) => address is Resource resource
            ? new ProxiedResource(resource, entry, _order, Session)
            : new ProxiedResource((ResourceTemplate)address, entry, _order, Session));
    }

    // The gate in front has looked whether the caller may use what the argument is of; what is not served, nobody may.
    private async ValueTask<CompleteResult> CompleteAsync(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken)
    {
        var isServed = request.Params.Ref switch
        {
            PromptReference prompt => _prompts.TryGetPrimitive(prompt.Name, out _),
            ResourceTemplateReference { Uri: { } address } => _resources.TryGetPrimitive(address, out var found) && found.ProtocolResourceTemplate.UriTemplate == address,
            _ => false,
        };
        return isServed
            ? GuardedRequest.Read<CompleteResult>(await Session.CallAsync(request, cancellationToken))
            : new CompleteResult();
    }

    private async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var wanted = request.Params.Notifications;
        if (wanted.ResourceSubscriptions is { Count: > Subscriptions.Most })
        {
            throw Subscriptions.TooMany();
        }

        using var counted = request.User is { } caller ? _streams.Begin(CallerSession.KeyOf(caller)) : null;
        using var own = await Session.BorrowToListenAsync(request, cancellationToken);
        await using var stream = new ChangeStream(request, (own?.Session ?? Session).Link);
        stream.Begin();
        var has = request.Server.ServerOptions;
        return await stream.RunAsync(
            new()
            {
                ToolsListChanged = stream.Watch(has.ToolCollection, wanted.ToolsListChanged, NotificationMethods.ToolListChangedNotification),
                PromptsListChanged = stream.Watch(has.PromptCollection, wanted.PromptsListChanged, NotificationMethods.PromptListChangedNotification),
                ResourcesListChanged = stream.Watch(has.ResourceCollection, wanted.ResourcesListChanged, NotificationMethods.ResourceListChangedNotification),
                ResourceSubscriptions = await stream.FollowAsync((wanted.ResourceSubscriptions ?? []).Where(_subscriptions.IsServed), cancellationToken),
            },
            cancellationToken);
    }

    private async ValueTask<EmptyResult> SetLevelAsync(RequestContext<SetLevelRequestParams> request, CancellationToken cancellationToken)
    {
        await Session.SetLevelAsync(request.Params.Level, cancellationToken);
        return new EmptyResult();
    }
}
