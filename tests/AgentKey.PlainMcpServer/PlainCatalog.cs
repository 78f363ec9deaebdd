using System.ComponentModel;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.PlainMcpServer;

/// <summary>Prompts and resources without a price.</summary>
[McpServerPromptType, McpServerResourceType]
internal sealed class PlainCatalog
{
    [McpServerPrompt(Name = "greet"), Description("Greets somebody.")]
    public static string Greet([Description("Whom")] string name) => $"Say hello to {name}.";

    [McpServerPrompt(Name = "hidden")]
    public static string Hidden() => "Nobody priced this.";

    [McpServerResource(UriTemplate = "plain://notes", Name = "notes", MimeType = "text/plain")]
    public static string Notes() => "A note of twenty-six letters";

    [McpServerResource(UriTemplate = "plain://secret", Name = "secret")]
    public static string Secret() => "Nobody priced this.";

    [McpServerResource(UriTemplate = "plain://items/{id}", Name = "item"), Description("One item.")]
    public static string Item(string id) => $"item {id}";

    /// <summary>Completes every argument with two values that begin as it does.</summary>
    public static ValueTask<CompleteResult> CompleteAsync(RequestContext<CompleteRequestParams> request, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new CompleteResult { Completion = new Completion { Values = [request.Params.Argument.Value + "1", request.Params.Argument.Value + "2"], Total = 2 } });
}
