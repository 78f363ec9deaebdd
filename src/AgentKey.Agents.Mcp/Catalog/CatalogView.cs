using System.Text.Json.Nodes;
using AgentKey.Agents.Mcp.Calls;
using AgentKey.Charging;
using AgentKey.Storage;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Catalog;

/// <summary>
/// Shows each caller what it may use, with the price, and nothing else. A convenience: whether a call may run is decided
/// when it is made. The lists are nobody else's, so no shared cache may keep them.
/// </summary>
internal sealed class CatalogView(AgentKeys keys, McpCallerResolver callers)
{
    public McpRequestHandler<ListToolsRequestParams, ListToolsResult> Tools(McpRequestHandler<ListToolsRequestParams, ListToolsResult> next) =>
        async (context, cancellationToken) =>
        {
            var all = await next(context, cancellationToken).ConfigureAwait(false);
            var sight = await SightOfAsync(context, cancellationToken).ConfigureAwait(false);
            var tools = context.Server.ServerOptions.ToolCollection;
            return new ListToolsResult
            {
                Tools = sight.Of(all.Tools, tool => tools is not null && tools.TryGetPrimitive(tool.Name, out var found) ? found.Metadata : null),
                NextCursor = all.NextCursor,
                TimeToLive = all.TimeToLive,
                CacheScope = CacheScope.Private,
                ResultType = all.ResultType,
                Meta = all.Meta,
            };
        };

    public McpRequestHandler<ListPromptsRequestParams, ListPromptsResult> Prompts(
        McpRequestHandler<ListPromptsRequestParams, ListPromptsResult> next) =>
        async (context, cancellationToken) =>
        {
            var all = await next(context, cancellationToken).ConfigureAwait(false);
            var sight = await SightOfAsync(context, cancellationToken).ConfigureAwait(false);
            var prompts = context.Server.ServerOptions.PromptCollection;
            return new ListPromptsResult
            {
                Prompts = sight.Of(
                    all.Prompts, prompt => prompts is not null && prompts.TryGetPrimitive(prompt.Name, out var found) ? found.Metadata : null),
                NextCursor = all.NextCursor,
                TimeToLive = all.TimeToLive,
                CacheScope = CacheScope.Private,
                ResultType = all.ResultType,
                Meta = all.Meta,
            };
        };

    public McpRequestHandler<ListResourcesRequestParams, ListResourcesResult> Resources(
        McpRequestHandler<ListResourcesRequestParams, ListResourcesResult> next) =>
        async (context, cancellationToken) =>
        {
            var all = await next(context, cancellationToken).ConfigureAwait(false);
            var sight = await SightOfAsync(context, cancellationToken).ConfigureAwait(false);
            return new ListResourcesResult
            {
                Resources = sight.Of(all.Resources, resource => MetadataOfResource(context, resource.Uri)),
                NextCursor = all.NextCursor,
                TimeToLive = all.TimeToLive,
                CacheScope = CacheScope.Private,
                ResultType = all.ResultType,
                Meta = all.Meta,
            };
        };

    public McpRequestHandler<ListResourceTemplatesRequestParams, ListResourceTemplatesResult> ResourceTemplates(
        McpRequestHandler<ListResourceTemplatesRequestParams, ListResourceTemplatesResult> next) =>
        async (context, cancellationToken) =>
        {
            var all = await next(context, cancellationToken).ConfigureAwait(false);
            var sight = await SightOfAsync(context, cancellationToken).ConfigureAwait(false);
            return new ListResourceTemplatesResult
            {
                ResourceTemplates = sight.Of(all.ResourceTemplates, template => MetadataOfResource(context, template.UriTemplate)),
                NextCursor = all.NextCursor,
                TimeToLive = all.TimeToLive,
                CacheScope = CacheScope.Private,
                ResultType = all.ResultType,
                Meta = all.Meta,
            };
        };

    /// <summary>Nobody follows what it may not read.</summary>
    public McpRequestHandler<SubscribeRequestParams, EmptyResult> Subscriptions(McpRequestHandler<SubscribeRequestParams, EmptyResult> next) =>
        async (context, cancellationToken) =>
        {
            await RequireAsync(context, MetadataOfAddress(context, context.Params.Uri), cancellationToken).ConfigureAwait(false);
            return await next(context, cancellationToken).ConfigureAwait(false);
        };

    /// <summary>
    /// Nor in the newest revision, where one open request says what a client wants to hear of. What it may not read is left
    /// out of it, as the protocol refuses a part of such a request.
    /// </summary>
    public McpMessageHandler Listening(McpMessageHandler next) =>
        async (context, cancellationToken) =>
        {
            if (context.JsonRpcMessage is JsonRpcRequest { Method: RequestMethods.SubscriptionsListen, Params: JsonObject parameters }
                && parameters["notifications"] is JsonObject wanted
                && wanted["resourceSubscriptions"] is JsonArray { Count: > 0 } addresses)
            {
                var sight = await SightOfAsync(context, cancellationToken).ConfigureAwait(false);
                addresses.RemoveAll(address => address is JsonValue value && value.TryGetValue<string>(out var text)
                    && MetadataOfAddress(context, text) is { } metadata && sight.FindRefusal(ServedPolicy.Of(metadata)) is not null);
            }

            await next(context, cancellationToken).ConfigureAwait(false);
        };

    /// <summary>The values that an argument may have say something of what it is the argument of.</summary>
    public McpRequestHandler<CompleteRequestParams, CompleteResult> Completions(McpRequestHandler<CompleteRequestParams, CompleteResult> next) =>
        async (context, cancellationToken) =>
        {
            var metadata = context.Params.Ref switch
            {
                PromptReference prompt when context.Server.ServerOptions.PromptCollection is { } prompts
                    && prompts.TryGetPrimitive(prompt.Name, out var found) => found.Metadata,
                ResourceTemplateReference { Uri: { } address } => MetadataOfResource(context, address) ?? MetadataOfAddress(context, address),
                _ => null,
            };
            await RequireAsync(context, metadata, cancellationToken).ConfigureAwait(false);
            return await next(context, cancellationToken).ConfigureAwait(false);
        };

    // In the order in which the SDK looks for what is read: the resource of this very address, then the templates.
    private static IReadOnlyList<object>? MetadataOfAddress(MessageContext context, string address) =>
        context.Server.ServerOptions.ResourceCollection is not { } resources ? null
        : resources.TryGetPrimitive(address, out var exact) && !exact.IsTemplated ? exact.Metadata
        : resources.FirstOrDefault(resource => resource.IsMatch(address))?.Metadata;

    private static IReadOnlyList<object>? MetadataOfResource(MessageContext context, string address) =>
        context.Server.ServerOptions.ResourceCollection is { } resources && resources.TryGetPrimitive(address, out var found) ? found.Metadata : null;

    /// <summary>What matches nothing is left to the SDK's own answer.</summary>
    private async Task RequireAsync(MessageContext context, IReadOnlyList<object>? metadata, CancellationToken cancellationToken)
    {
        if (metadata is null)
        {
            return;
        }

        var sight = await SightOfAsync(context, cancellationToken).ConfigureAwait(false);
        if (sight.FindRefusal(ServedPolicy.Of(metadata)) is { } denial)
        {
            throw DenialError.Of(denial);
        }
    }

    private async Task<Sight> SightOfAsync(MessageContext context, CancellationToken cancellationToken)
    {
        if (callers.Find(context) is not { } caller)
        {
            return new Sight(null);
        }

        try
        {
            var validation = await keys.ValidateAsync(caller, cancellationToken).ConfigureAwait(false);
            return new Sight(validation.Key?.Scopes);
        }
        catch (StoreUnavailableException)
        {
            // An empty list would be believed, and kept.
            throw DenialError.Of(new Denial { Reason = DenialCode.StoreUnavailable });
        }
    }
}
