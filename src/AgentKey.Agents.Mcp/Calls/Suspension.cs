using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>
/// Whether a call that asks for input can go on in a later round. Where the SDK can neither hand the question to the client
/// nor ask it itself, the call ends in an error, and then its money must not stay taken.
/// </summary>
internal static class Suspension
{
    // The first revision in which a client carries a question and its state itself.
    private const string FirstWithRounds = "2026-07-28";

    public static bool CanGoOn(McpServer server, InputRequiredResult question)
    {
        if (!server.IsMrtrSupported)
        {
            return false;
        }

        return question.InputRequests is { Count: > 0 } requests
            ? requests.Values.All(request => CanAnswer(server.ClientCapabilities, request.Method))
            : CarriesState(server);
    }

    /// <summary>All of a client that <see cref="CanGoOn"/> depends on, the same text whenever that is the same.</summary>
    public static string AskableOf(McpServer server)
    {
        var client = server.ClientCapabilities;
#pragma warning disable MCP9005 // Deprecated in the newest revision, and still asked in those before.
        var askable = new ClientCapabilities { Elicitation = client?.Elicitation, Sampling = client?.Sampling, Roots = client?.Roots };
#pragma warning restore MCP9005
        var capabilities = JsonSerializer.Serialize(askable, McpJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ClientCapabilities)));
        return $"{server.IsMrtrSupported} {CarriesState(server)} {capabilities}";
    }

    private static bool CarriesState(McpServer server) => string.CompareOrdinal(server.NegotiatedProtocolVersion, FirstWithRounds) >= 0;

    private static bool CanAnswer(ClientCapabilities? client, string method) => method switch
    {
        RequestMethods.ElicitationCreate => client?.Elicitation is not null,
#pragma warning disable MCP9005 // Deprecated in the newest revision, and still asked in those before.
        RequestMethods.SamplingCreateMessage => client?.Sampling is not null,
        RequestMethods.RootsList => client?.Roots is not null,
#pragma warning restore MCP9005
        _ => false,
    };
}
