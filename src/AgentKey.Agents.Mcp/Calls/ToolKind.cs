using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Charging;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>Tools. A refusal is an error result, whose text and structure the model sees whole; clients hide protocol errors from it.</summary>
internal sealed class ToolKind : ServedKind<CallToolRequestParams, CallToolResult>
{
    public override string Word => "tool";

    public override string NameOf(CallToolRequestParams parameters) => parameters.Name;

    public override IDictionary<string, JsonElement>? ArgumentsOf(CallToolRequestParams parameters) => parameters.Arguments;

    public override IReadOnlyList<object>? MetadataOf(IMcpServerPrimitive? matched) => (matched as McpServerTool)?.Metadata;

    public override bool HasHandler(McpServerHandlers handlers) => handlers.CallToolHandler is not null;

    public override CallToolResult Refuse(Denial denial) => new()
    {
        IsError = true,
        Content = [new TextContentBlock { Text = $"{denial.Code}: {denial.Message}" }],
        StructuredContent = DenialContent.Of(denial).ToJson(),
    };

    public override CallToolResult Annotate(CallToolResult result, JsonObject meta) => new()
    {
        Content = result.Content,
        StructuredContent = result.StructuredContent,
        IsError = result.IsError,
        ResultType = result.ResultType,
        Meta = ResultMeta.Merge(result.Meta, meta),
    };

    // The guard sees what the method returned; the SDK makes an error result of errors that come as content only afterwards.
    public override bool IsFailure(object? returned) => returned switch
    {
        CallToolResult result => result.IsError == true,
        IEnumerable<AIContent> contents => contents.Any() && contents.All(content => content is ErrorContent),
        _ => returned is ErrorContent,
    };
}
