using AgentKey.Agents.AI;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.ModelServer;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>Agents of the Agent Framework on Semantic Kernel's own tool loop, which asks nobody before it runs a function.</summary>
public sealed class AgentFrameworkTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_agent_on_the_kernels_tool_loop_is_refused_a_key_when_it_is_built(bool isMetered)
    {
        await using var host = await KernelHost.StartAsync(isMetered ? Connector.Metered : Connector.ChatClient, request =>
            request.Last.Role == "tool" ? ModelReply.Say("done") : ModelReply.Call(new ModelToolCall("call_1", "raw")));
        var key = await host.MintAsync(1_000, "test.*", "model.*");
        var runs = 0;
        var client = isMetered
            ? host.Root.Services.GetRequiredService<IChatClient>()
            : Connector.RawClient(host.Model.Endpoint).AsBuilder().UseKernelFunctionInvocation().Build();
        var agent = client.AsAIAgent(tools: [AIFunctionFactory.Create(() => ++runs, "raw")]);

        var refused = await Record.ExceptionAsync(() =>
            agent.AsBuilder().UseAgentKey(host.Keys, host.Keys.Identify(key.Secret.Reveal())).Build().RunAsync("go"));

        Assert.Equal(0, runs);
        Assert.Contains("UseFunctionInvocation", Assert.IsType<InvalidOperationException>(refused).Message, StringComparison.Ordinal);
        Assert.Empty(host.Model.Requests);
    }
}
