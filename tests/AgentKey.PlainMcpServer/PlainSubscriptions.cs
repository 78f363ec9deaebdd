using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.PlainMcpServer;

/// <summary>Who wants to hear of changes: sessions of earlier revisions that subscribed, and open requests of the newest.</summary>
internal static class PlainSubscriptions
{
    private static readonly ConcurrentDictionary<string, McpServer> Sessions = [];
    private static readonly ConcurrentDictionary<(string Session, string Address), bool> Subscribed = [];
    private static readonly ConcurrentDictionary<RequestContext<SubscriptionsListenRequestParams>, bool> Open = [];

    /// <summary>Each subscription that somebody has now, one line for each.</summary>
    public static string Now => string.Join('\n', Subscribed.Keys.Select(each => each.Address)
        .Concat(Open.Keys.SelectMany(each => each.Params.Notifications.ResourceSubscriptions ?? [])).Order(StringComparer.Ordinal));

    public static async Task RunSessionAsync(McpServer server, CancellationToken cancellationToken)
    {
        Sessions[server.SessionId ?? ""] = server;
        await server.RunAsync(cancellationToken);
        foreach (var ended in Subscribed.Keys.Where(each => each.Session == server.SessionId))
        {
            Subscribed.TryRemove(ended, out _);
        }
    }

    public static ValueTask<EmptyResult> SubscribeAsync(RequestContext<SubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        if (request.Params.Uri.EndsWith("/refused", StringComparison.Ordinal))
        {
            throw new McpProtocolException("not this one", (McpErrorCode)(-32051));
        }

        var session = request.Server.SessionId ?? "";
        Sessions.TryAdd(session, request.Services!.GetService<McpServer>()!);
        Subscribed[(session, request.Params.Uri)] = true;
        return ValueTask.FromResult(new EmptyResult());
    }

    public static ValueTask<EmptyResult> UnsubscribeAsync(RequestContext<UnsubscribeRequestParams> request, CancellationToken cancellationToken)
    {
        Subscribed.TryRemove((request.Server.SessionId ?? "", request.Params.Uri), out _);
        return ValueTask.FromResult(new EmptyResult());
    }

    public static async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellationToken)
    {
        var wanted = request.Params.Notifications;
        wanted.ResourceSubscriptions = [.. (wanted.ResourceSubscriptions ?? []).Where(address => !address.EndsWith("/refused", StringComparison.Ordinal))];
        await SendAsync(request, NotificationMethods.SubscriptionsAcknowledgedNotification, new JsonObject
        {
            ["notifications"] = JsonSerializer.SerializeToNode(wanted, McpJsonUtilities.DefaultOptions),
        });
        var lists = request.Server.ServerOptions;
        EventHandler tools = (_, _) => Tell(wanted.ToolsListChanged, NotificationMethods.ToolListChangedNotification);
        EventHandler prompts = (_, _) => Tell(wanted.PromptsListChanged, NotificationMethods.PromptListChangedNotification);
        EventHandler resources = (_, _) => Tell(wanted.ResourcesListChanged, NotificationMethods.ResourceListChangedNotification);
        lists.ToolCollection!.Changed += tools;
        lists.PromptCollection!.Changed += prompts;
        lists.ResourceCollection!.Changed += resources;
        Open[request] = true;
        await Task.Delay(Timeout.Infinite, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Open.TryRemove(request, out _);
        lists.ToolCollection.Changed -= tools;
        lists.PromptCollection.Changed -= prompts;
        lists.ResourceCollection.Changed -= resources;
        return new EmptyResult();

        void Tell(bool? isWanted, string method) => _ = isWanted is true ? SendAsync(request, method, []) : Task.CompletedTask;
    }

    /// <summary>Tells everybody who subscribed to a resource, or to what it is a part of, that it has changed.</summary>
    public static async Task TouchAsync(string address)
    {
        foreach (var (session, _) in Subscribed.Keys.Where(each => IsPartOf(address, each.Address)))
        {
            await Sessions[session].SendNotificationAsync(NotificationMethods.ResourceUpdatedNotification, new ResourceUpdatedNotificationParams { Uri = address });
        }

        foreach (var listening in Open.Keys.Where(each => each.Params.Notifications.ResourceSubscriptions!.Any(subscribed => IsPartOf(address, subscribed))))
        {
            await SendAsync(listening, NotificationMethods.ResourceUpdatedNotification, new JsonObject { ["uri"] = address });
        }
    }

    private static bool IsPartOf(string address, string subscribed) => address == subscribed || address.StartsWith(subscribed + "/", StringComparison.Ordinal);

    private static Task SendAsync(RequestContext<SubscriptionsListenRequestParams> to, string method, JsonObject parameters)
    {
        parameters["_meta"] = new JsonObject { [MetaKeys.SubscriptionId] = JsonSerializer.SerializeToNode(to.JsonRpcRequest.Id, McpJsonUtilities.DefaultOptions) };
        return to.Server.SendMessageAsync(new JsonRpcNotification { Method = method, Params = parameters });
    }
}
