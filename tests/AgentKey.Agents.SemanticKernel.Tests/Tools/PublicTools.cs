using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests.Tools;

/// <summary>One tool that is free on purpose, and one that nobody thought about.</summary>
public sealed class PublicTools(CallCount calls)
{
    [KernelFunction("hours"), AgentPublic]
    public string Hours()
    {
        calls.Begin();
        return "9 to 5";
    }

    [KernelFunction("forgotten")]
    public string Forgotten()
    {
        calls.Begin();
        return "done";
    }
}
