using Microsoft.Extensions.Logging.Abstractions;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp.Tests.Hosting;

/// <summary>The official client.</summary>
internal static class Clients
{
    public static Task<McpClient> ConnectAsync(IClientTransport transport, string? protocol = null, Answer? answer = null)
    {
        // A loaded machine may be slow to answer the first message; falling back to the older revision would hide that.
        var options = new McpClientOptions
        {
            ProtocolVersion = protocol,
            DiscoverProbeTimeout = TimeSpan.FromSeconds(60),
            InitializationTimeout = TimeSpan.FromMinutes(5),
            Handlers = HandlersOf(answer),
            Capabilities = answer is { OpensPages: true } ? new() { Elicitation = new() { Form = new(), Url = new() } } : null,
        };
        return McpClient.CreateAsync(transport, options, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
    }

    private static McpClientHandlers HandlersOf(Answer? answer) => new()
    {
        ElicitationHandler = answer is null ? null : answer.GiveAsync,
        SamplingHandler = answer is { IsLending: true } ? (request, _, token) => answer.SampleAsync(request, token) : null,
        RootsHandler = answer is { IsLending: true } ? (_, token) => answer.ListRootsAsync(token) : null,
    };

    public static ValueTask<CallToolResult> CallAsync(this McpClient client, string tool, params (string Name, object? Value)[] arguments) =>
        client.CallToolAsync(
            tool,
            arguments.ToDictionary(argument => argument.Name, argument => argument.Value),
            cancellationToken: TestContext.Current.CancellationToken);

    public static string TextOf(CallToolResult result) => Assert.IsType<TextContentBlock>(Assert.Single(result.Content)).Text;

    /// <summary>The code of a refusal; <see langword="null"/> for a call that ran.</summary>
    public static string? CodeOf(CallToolResult result) =>
        result.IsError == true ? result.StructuredContent!.Value.GetProperty("code").GetString() : null;
}
