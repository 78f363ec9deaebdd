using AgentKey.Cli.McpProxy.Policies;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>A resource, or all that match a template, of the server behind the proxy, at a price.</summary>
internal sealed class ProxiedResource : McpServerResource
{
    private readonly PolicyEntry _entry;
    private readonly CallerSession _session;
    private readonly AddressOrder _order;

    public ProxiedResource(ResourceTemplate template, PolicyEntry entry, AddressOrder order, CallerSession session)
    {
        ProtocolResourceTemplate = template;
        _entry = entry;
        _session = session;
        _order = order;
        Metadata = GuardedRequest.MetadataOf(entry);
    }

    public ProxiedResource(Resource resource, PolicyEntry entry, AddressOrder order, CallerSession session)
        : this(new ResourceTemplate { Name = resource.Name, UriTemplate = resource.Uri }, entry, order, session) => ProtocolResource = resource;

    public override ResourceTemplate ProtocolResourceTemplate { get; }

    public override Resource? ProtocolResource { get; }

    public override IReadOnlyList<object> Metadata { get; }

    // Of several that match, the SDK takes any: there must be one.
    public override bool IsMatch(string uri) => _order.IsEntryOf(ProtocolResourceTemplate.UriTemplate, uri);

    // The SDK compares addresses as Uri does, which ignores parts of them; the server behind gets the whole.
    public override ValueTask<ReadResourceResult> ReadAsync(RequestContext<ReadResourceRequestParams> request, CancellationToken cancellationToken = default) =>
        IsMatch(request.Params.Uri)
            ? GuardedRequest.RunAsync<ReadResourceRequestParams, ReadResourceResult>(_entry, _session, request, cancellationToken)
            : throw Subscriptions.NotServed(request.Params.Uri);
}
