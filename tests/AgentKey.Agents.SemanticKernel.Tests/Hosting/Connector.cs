using System.ClientModel;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using OpenAI;

namespace AgentKey.Agents.SemanticKernel.Tests.Hosting;

/// <summary>The two ways in which the real OpenAI connector talks to a model: each has a tool loop of its own.</summary>
public sealed record Connector(string Name, Func<IKernelBuilder, Uri, IKernelBuilder> AddTo)
{
    public static Connector ChatCompletion { get; } = new(
        "IChatCompletionService", (builder, endpoint) => builder.AddOpenAIChatCompletion("scripted", endpoint, "no-key"));

    public static Connector ChatClient { get; } = new(
        "IChatClient", (builder, endpoint) => builder.AddOpenAIChatClient("scripted", endpoint, "no-key"));

    public static TheoryData<string> All => new(ChatCompletion.Name, ChatClient.Name);

    public static Connector Of(string name) => name == ChatClient.Name ? ChatClient : ChatCompletion;

    /// <summary>The provider's own client, with neither a kernel nor a tool loop around it.</summary>
    public static IChatClient RawClient(Uri endpoint) =>
        new OpenAIClient(new ApiKeyCredential("no-key"), new OpenAIClientOptions { Endpoint = endpoint }).GetChatClient("scripted").AsIChatClient();

    /// <summary>A tool's name as this connector advertises it.</summary>
    public string ToolName(string plugin, string function) => this == ChatClient ? $"{plugin}_{function}" : $"{plugin}-{function}";
}
