using System.ComponentModel;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests.Tools;

/// <summary>Tagged tools; the generator writes the guarded twin that the kernels use.</summary>
public sealed class CountedTools(CallCount calls)
{
    [KernelFunction("work"), Description("Works."), AgentScope("test.work"), Cost(15)]
    public async Task<string> WorkAsync([Description("How much.")] int size = 1, CancellationToken cancellationToken = default)
    {
        calls.Begin();
        await Task.Delay(TimeSpan.FromMilliseconds(size), cancellationToken);
        return "done";
    }

    [KernelFunction("whoami"), AgentScope("test.whoami"), Cost(1)]
    public async Task<string> WhoAmIAsync(Kernel kernel)
    {
        calls.Begin();
        await Task.Yield();
        return $"{CallerScope.Current} on {kernel.FindAgentKey()}";
    }

    [KernelFunction("reset"), AgentScope("admin.reset"), Cost(1)]
    public string Reset()
    {
        calls.Begin();
        return "done";
    }

    [KernelFunction("fail"), AgentScope("test.fail"), Cost(15)]
    public string Fail()
    {
        calls.Begin();
        throw new InvalidOperationException("the upstream is on fire");
    }
}
