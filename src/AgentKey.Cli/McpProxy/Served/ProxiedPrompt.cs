using AgentKey.Cli.McpProxy.Policies;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>A prompt of the server behind the proxy, at a price.</summary>
internal sealed class ProxiedPrompt(Prompt prompt, PolicyEntry entry, CallerSession session) : McpServerPrompt
{
    public override Prompt ProtocolPrompt => prompt;

    public override IReadOnlyList<object> Metadata { get; } = GuardedRequest.MetadataOf(entry);

    public override ValueTask<GetPromptResult> GetAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken = default) =>
        GuardedRequest.RunAsync<GetPromptRequestParams, GetPromptResult>(entry, session, request, cancellationToken);
}
