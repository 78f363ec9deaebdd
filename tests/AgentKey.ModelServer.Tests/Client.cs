using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace AgentKey.ModelServer.Tests;

/// <summary>The provider's own client library, pointed at the local server.</summary>
internal static class Client
{
    public static ChatClient Of(ScriptedModelServer server) => new(
        "gpt-test",
        new ApiKeyCredential("unused"),
        new OpenAIClientOptions { Endpoint = server.Endpoint, RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
}
