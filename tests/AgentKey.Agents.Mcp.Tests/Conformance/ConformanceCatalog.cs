using System.ComponentModel;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Tests.Conformance;

/// <summary>The prompts and resources that the official suite asks for by name.</summary>
public sealed class ConformanceCatalog
{
    private const string Scope = "conformance.run";

    [McpServerPrompt(Name = "test_simple_prompt"), Description("A prompt."), AgentScope(Scope), Cost(1)]
    public static string SimplePrompt() => "This is a simple prompt for testing.";

    [McpServerPrompt(Name = "test_prompt_with_arguments"), Description("A prompt with arguments."), AgentScope(Scope), Cost(1)]
    public static string PromptWithArguments([Description("First test argument")] string arg1, [Description("Second test argument")] string arg2) =>
        $"Prompt with arguments: arg1='{arg1}', arg2='{arg2}'";

    [McpServerPrompt(Name = "test_prompt_with_embedded_resource"), Description("A prompt with a resource."), AgentScope(Scope), Cost(1)]
    public static IEnumerable<PromptMessage> PromptWithResource([Description("The resource to embed")] string resourceUri) =>
    [
        new()
        {
            Role = Role.User,
            Content = new EmbeddedResourceBlock
            {
                Resource = new TextResourceContents { Uri = resourceUri, MimeType = "text/plain", Text = "Embedded resource content for testing." },
            },
        },
        new() { Role = Role.User, Content = new TextContentBlock { Text = "Please process the embedded resource above." } },
    ];

    [McpServerPrompt(Name = "test_prompt_with_image"), Description("A prompt with an image."), AgentScope(Scope), Cost(1)]
    public static IEnumerable<PromptMessage> PromptWithImage() =>
    [
        new() { Role = Role.User, Content = ImageContentBlock.FromBytes(Samples.Png, "image/png") },
        new() { Role = Role.User, Content = new TextContentBlock { Text = "Please analyze the image above." } },
    ];

    [McpServerResource(UriTemplate = "test://static-text", Name = "text", MimeType = "text/plain"), Description("A text."), AgentScope(Scope), Cost(1)]
    public static string StaticText() => "This is the content of the static text resource.";

    [McpServerResource(UriTemplate = "test://static-binary", Name = "binary", MimeType = "image/png"), Description("An image."), AgentScope(Scope), Cost(1)]
    public static DataContent StaticBinary() => new(Samples.Png, "image/png");

    [McpServerResource(UriTemplate = "test://template/{id}/data", Name = "template", MimeType = "application/json"), Description("A template."), AgentScope(Scope), Cost(1)]
    public static TextResourceContents Template(string id) => new()
    {
        Uri = $"test://template/{id}/data",
        MimeType = "application/json",
        Text = $$"""{"id":"{{id}}","templateTest":true,"data":"Data for ID: {{id}}"}""",
    };
}
