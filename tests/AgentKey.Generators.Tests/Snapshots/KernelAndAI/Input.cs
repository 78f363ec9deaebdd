using System.Collections.Generic;
using System.ComponentModel;
using System.Threading.Tasks;
using AgentKey.Agents;
using Microsoft.SemanticKernel;

namespace Demo;

[Description("Talks to a model")]
public sealed class ProxyTools
{
    [KernelFunction("chat"), Description("Chat through the proxy")]
    [AgentScope("proxy.chat"), Cost(15)]
    public Task<string> ChatAsync(string prompt, List<string?>? history = null, dynamic? more = null) => Task.FromResult(prompt);

    [AgentScope("proxy.count")]
    public int Count() => 1;
}
