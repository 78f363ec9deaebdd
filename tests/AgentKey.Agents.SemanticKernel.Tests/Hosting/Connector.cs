using System.ClientModel;
using AgentKey.Agents.AI;
using AgentKey.Agents.AI.Prices;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;
using OpenAI;

namespace AgentKey.Agents.SemanticKernel.Tests.Hosting;

/// <summary>The two ways in which the real OpenAI connector talks to a model: each has a tool loop of its own.</summary>
public sealed record Connector(string Name, Func<IKernelBuilder, Uri, IKernelBuilder> AddTo)
{
    public static Connector ChatCompletion { get; } = new(
        "IChatCompletionService", (builder, endpoint) => builder.AddOpenAIChatCompletion("scripted", endpoint, "no-key"));

    public static Connector ChatClient { get; } = new(
        "IChatClient", (builder, endpoint) => builder.AddOpenAIChatClient("scripted", endpoint, "no-key"));

    /// <summary>The provider's own client, metered at a cent for a token read and two for one written.</summary>
    public static Connector Metered { get; } = new(
        "metered", (builder, endpoint) => builder.AddMeteredChatClient(_ => RawClient(endpoint), Meter));

    /// <summary>A connector that is a chat completion service and nothing else, metered.</summary>
    public static Connector MeteredChatCompletion { get; } = new(
        "metered IChatCompletionService",
        (builder, endpoint) => builder.AddMeteredChatClient(
            _ => new OpenAIChatCompletionService("scripted", Provider(endpoint)).AsChatClient(), Meter));

    public static TheoryData<string> All => new(ChatCompletion.Name, ChatClient.Name);

    public static Connector Of(string name) => name == ChatClient.Name ? ChatClient : ChatCompletion;

    /// <summary>The provider's own client, with neither a kernel nor a tool loop around it.</summary>
    public static IChatClient RawClient(Uri endpoint) => Provider(endpoint).GetChatClient("scripted").AsIChatClient();

    private static OpenAIClient Provider(Uri endpoint) => new(new ApiKeyCredential("no-key"), new OpenAIClientOptions { Endpoint = endpoint });

    private static void Meter(MeteringOptions options)
    {
        options.Prices = PriceBook.Parse("""{ "prices": [ { "model": "scripted", "input": 10000, "output": 20000 } ] }""");
        options.OutputCap = 10;
        options.CountTokens = text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    /// <summary>A tool's name as this connector advertises it.</summary>
    public string ToolName(string plugin, string function) => this == ChatCompletion ? $"{plugin}-{function}" : $"{plugin}_{function}";
}
