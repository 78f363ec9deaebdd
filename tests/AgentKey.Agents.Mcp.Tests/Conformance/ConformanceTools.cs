using System.ComponentModel;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Conformance;

/// <summary>The tools that the official suite asks for by name, each at a price.</summary>
public sealed class ConformanceTools
{
    private const string Scope = "conformance.run";

    [McpServerTool(Name = "test_simple_text"), Description("Returns text."), AgentScope(Scope), Cost(1)]
    public static string SimpleText() => "This is a simple text response for testing.";

    [McpServerTool(Name = "test_image_content"), Description("Returns an image."), AgentScope(Scope), Cost(1)]
    public static ImageContentBlock Image() => ImageContentBlock.FromBytes(Samples.Png, "image/png");

    [McpServerTool(Name = "test_audio_content"), Description("Returns a sound."), AgentScope(Scope), Cost(1)]
    public static AudioContentBlock Audio() => AudioContentBlock.FromBytes(Samples.Wav, "audio/wav");

    [McpServerTool(Name = "test_embedded_resource"), Description("Returns a resource."), AgentScope(Scope), Cost(1)]
    public static EmbeddedResourceBlock EmbeddedResource() => new()
    {
        Resource = new TextResourceContents { Uri = "test://embedded-resource", MimeType = "text/plain", Text = "This is an embedded resource content." },
    };

    [McpServerTool(Name = "test_multiple_content_types"), Description("Returns several things."), AgentScope(Scope), Cost(1)]
    public static IEnumerable<ContentBlock> MultipleContentTypes() =>
    [
        new TextContentBlock { Text = "Multiple content types test:" },
        Image(),
        new EmbeddedResourceBlock
        {
            Resource = new TextResourceContents
            {
                Uri = "test://mixed-content-resource", MimeType = "application/json", Text = """{"test":"data","value":123}""",
            },
        },
    ];

    [McpServerTool(Name = "test_error_handling"), Description("Fails."), AgentScope(Scope), Cost(1)]
    public static string Error() => throw new McpException("This tool intentionally returns an error for testing");

    [McpServerTool(Name = "test_tool_with_progress"), Description("Reports progress."), AgentScope(Scope), Cost(1)]
    public static async Task<string> ProgressAsync(IProgress<ProgressNotificationValue> progress, CancellationToken cancellationToken)
    {
        foreach (var step in new[] { 0, 50, 100 })
        {
            progress.Report(new ProgressNotificationValue { Progress = step, Total = 100 });
            await Task.Delay(50, cancellationToken);
        }

        return "done";
    }

    [McpServerTool(Name = "test_elicitation"), Description("Asks."), AgentScope(Scope), Cost(1)]
    public static async Task<string> ElicitationAsync(McpServer server, string message, CancellationToken cancellationToken)
    {
        var answer = await server.ElicitAsync(
            new ElicitRequestParams
            {
                Message = message,
                RequestedSchema = new ElicitRequestParams.RequestSchema
                {
                    Properties =
                    {
                        ["username"] = new ElicitRequestParams.StringSchema { Description = "User's response" },
                        ["email"] = new ElicitRequestParams.StringSchema { Description = "User's email address" },
                    },
                    Required = ["username", "email"],
                },
            },
            cancellationToken);
        return $"User response: action={answer.Action}, content={JsonSerializer.Serialize(answer.Content)}";
    }

    [McpServerTool(Name = "test_sampling"), Description("Asks a model."), AgentScope(Scope), Cost(1)]
    public static async Task<string> SamplingAsync(McpServer server, string prompt, CancellationToken cancellationToken)
    {
        var answer = await server.SampleAsync(
            new CreateMessageRequestParams
            {
                Messages = [new SamplingMessage { Role = Role.User, Content = [new TextContentBlock { Text = prompt }] }],
                MaxTokens = 100,
            },
            cancellationToken);
        return $"LLM response: {answer.Content.OfType<TextContentBlock>().FirstOrDefault()?.Text}";
    }
}
