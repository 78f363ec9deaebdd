using AgentKey.Agents.SemanticKernel.Functions;
using AgentKey.Charging;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel;

/// <summary>Tells results that are refusals from others.</summary>
public static class AgentKernelResultExtensions
{
    /// <summary>
    /// The refusal that a result stands for: the one that ended the tool loop of a prompt, see
    /// <see cref="AgentKeysKernelOptions.MaxRefusedRounds"/>, or that a model got from a function;
    /// <see langword="null"/> for any other result.
    /// </summary>
    /// <remarks>A prompt that is streamed has no such result: its stream just ends.</remarks>
    public static Denial? FindDenial(this FunctionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return DeniedResult.Find(result.Metadata);
    }
}
