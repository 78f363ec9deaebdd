using System.ComponentModel;
using AgentKey.Agents;
using ModelContextProtocol.Server;

namespace AgentKey.SampleTools;

[McpServerPromptType]
public static class Prompts
{
    [McpServerPrompt(Name = "ask"), Description("Asks"), AgentScope("prompts.ask"), Cost(1)]
    public static string Ask([Description("about what")] string topic) => $"Tell me about {topic}.";

    [McpServerPrompt, AgentScope("prompts.greet"), Cost(1)]
    public static string GreetAsync() => "Good morning.";
}

[McpServerResourceType]
public sealed class Resources
{
    [McpServerResource(UriTemplate = "sample://pages/{id}", Name = "page", MimeType = "text/plain"), Description("A page"), AgentScope("resources.page"), Cost(1)]
    public string Page(string id) => id;

    [McpServerResource, AgentScope("resources.cover"), Cost(1)]
    public string CoverAsync(string id) => id;
}
