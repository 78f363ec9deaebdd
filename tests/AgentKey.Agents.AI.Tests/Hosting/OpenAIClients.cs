using System.ClientModel;
using System.ClientModel.Primitives;
using AgentKey.ModelServer;
using Microsoft.Extensions.AI;
using OpenAI;

namespace AgentKey.Agents.AI.Tests.Hosting;

/// <summary>The provider's own client library, pointed at the local server.</summary>
internal static class OpenAIClients
{
    public const string Model = "gpt-test";

    public static IChatClient For(ScriptedModelServer server, string model = Model) => new OpenAI.Chat.ChatClient(
        model,
        new ApiKeyCredential("unused"),
        new OpenAIClientOptions { Endpoint = server.Endpoint, RetryPolicy = new ClientRetryPolicy(maxRetries: 0) }).AsIChatClient();
}
