using System.Runtime.CompilerServices;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Functions;

/// <summary>Calls what is inside a guarded function.</summary>
internal static class InnerFunction
{
    // The guarded function has been through the kernel's filters, its span and its metrics already. The public methods
    // would go through them again, or turn the result into JSON; the class cannot be derived from. A test holds this to
    // the version that the package pins.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "InvokeCoreAsync")]
    public static extern ValueTask<FunctionResult> InvokeAsync(
        KernelFunction function, Kernel kernel, KernelArguments arguments, CancellationToken cancellationToken);
}
