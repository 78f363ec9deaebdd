using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Charging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>Prompts. The protocol has no error result for them, so a refusal is a protocol error that carries the same data.</summary>
internal sealed class PromptKind : ServedKind<GetPromptRequestParams, GetPromptResult>
{
    public override string Word => "prompt";

    public override string NameOf(GetPromptRequestParams parameters) => parameters.Name;

    public override IDictionary<string, JsonElement>? ArgumentsOf(GetPromptRequestParams parameters) => parameters.Arguments;

    public override IReadOnlyList<object>? MetadataOf(IMcpServerPrimitive? matched) => (matched as McpServerPrompt)?.Metadata;

    public override bool HasHandler(McpServerHandlers handlers) => handlers.GetPromptHandler is not null;

    public override GetPromptResult Refuse(Denial denial) => throw DenialError.Of(denial);

    public override GetPromptResult Annotate(GetPromptResult result, JsonObject meta) => new()
    {
        Description = result.Description,
        Messages = result.Messages,
        ResultType = result.ResultType,
        Meta = ResultMeta.Merge(result.Meta, meta),
    };
}
