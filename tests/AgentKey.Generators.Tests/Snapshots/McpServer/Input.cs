using System.ComponentModel;
using System.Threading;
using System.Threading.Tasks;
using AgentKey.Agents;
using ModelContextProtocol.Server;

namespace Demo;

[McpServerToolType]
[Description("Talks to a model")]
public sealed class ProxyTools
{
    /// <summary>Not what the model sees.</summary>
    [McpServerTool(Name = "chat", Destructive = false, OpenWorld = true), Description("Chat through the proxy")]
    [AgentScope("proxy.chat"), Cost(15)]
    public Task<string> ChatAsync([Description("the prompt")] string prompt, int maxTokens = 256, CancellationToken ct = default) =>
        Task.FromResult(prompt + maxTokens);

    [McpServerTool]
    public string Free() => "not tagged, so not served";
}

public sealed class PlainTools
{
    [AgentScope("plain.echo")]
    public string Echo(string text) => text;
}
