using AgentKey.Agents.SemanticKernel.Functions;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel;

/// <summary>Guards functions that exist only as objects: made from a delegate, or the tools of a remote server.</summary>
public static class AgentKernelFunctionExtensions
{
    /// <summary>
    /// The same function, which charges the kernel's key before it works. The guard sits inside: it also holds where the
    /// function is called as an <see cref="AIFunction"/>, past all filters of the kernel.
    /// </summary>
    /// <remarks>
    /// Name, description, parameters, result and schema stay. A function that charges already is returned as it is, at the
    /// price that it has. A stream is paid when the call starts and settled when it ends; each further reading is paid
    /// anew. Another lazy sequence is read to its end within the call. A prompt function streams in one piece once it is guarded:
    /// <see cref="AgentKeysKernelOptions.PromptPolicy"/> leaves it as it is.
    /// </remarks>
    /// <param name="function">The function.</param>
    /// <param name="guard">The guard that charges.</param>
    /// <param name="policy">What the function needs and costs.</param>
    /// <exception cref="InvalidFieldException">The price depends on the arguments, which only generated guards know by name.</exception>
    public static KernelFunction WithAgentKey(this KernelFunction function, ToolGuard guard, ToolPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(policy);
        if (!policy.Price.IsKnown)
        {
            throw new InvalidFieldException("policy", $"prices {policy.Tool} by its arguments", "a fixed price, or one up to an amount");
        }

        if (GuardedFunction.Is(function))
        {
            return function;
        }

        return ChargingFunction.Is(function)
            ? GuardedFunction.Enclose(function)
            : GuardedFunction.Charge(function, guard, policy);
    }

    /// <summary>
    /// A kernel function of a tool that is an <see cref="AIFunction"/>, e.g. of a remote MCP server, guarded. What charges
    /// already, by a policy or by the generator, keeps its own price.
    /// </summary>
    /// <inheritdoc cref="WithAgentKey(KernelFunction, ToolGuard, ToolPolicy)"/>
    public static KernelFunction AsKernelFunction(this AIFunction function, ToolGuard guard, ToolPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(function);
        return function is not KernelFunction && ChargingFunction.Is(function)
            ? GuardedFunction.Enclose(function.AsKernelFunction())
            : (function as KernelFunction ?? function.AsKernelFunction()).WithAgentKey(guard, policy);
    }
}
