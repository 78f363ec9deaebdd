using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Charging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>Resources, by their address. What was paid for is nobody else's, so no shared cache may keep it.</summary>
internal sealed class ResourceKind : ServedKind<ReadResourceRequestParams, ReadResourceResult>
{
    public override string Word => "resource";

    public override string NameOf(ReadResourceRequestParams parameters) => parameters.Uri;

    public override IDictionary<string, JsonElement>? ArgumentsOf(ReadResourceRequestParams parameters) => null;

    public override IReadOnlyList<object>? MetadataOf(IMcpServerPrimitive? matched) => (matched as McpServerResource)?.Metadata;

    public override bool HasHandler(McpServerHandlers handlers) => handlers.ReadResourceHandler is not null;

    public override ReadResourceResult Refuse(Denial denial) => throw DenialError.Of(denial);

    public override ReadResourceResult Annotate(ReadResourceResult result, JsonObject meta) => new()
    {
        Contents = result.Contents,
        TimeToLive = result.TimeToLive,
        CacheScope = CacheScope.Private,
        ResultType = result.ResultType,
        Meta = ResultMeta.Merge(result.Meta, meta),
    };
}
