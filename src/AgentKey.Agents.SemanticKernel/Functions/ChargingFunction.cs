using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Functions;

/// <summary>Tells functions that charge by themselves, by a policy or by the generator, also inside Semantic Kernel's own wrapper.</summary>
internal static class ChargingFunction
{
    private const string Wrapper = "Microsoft.SemanticKernel.ChatCompletion.AIFunctionKernelFunction";

    public static bool Is(AIFunction function) =>
        function.GetService<ToolPolicy>() is not null
        || function.UnderlyingMethod?.IsDefined(typeof(AgentGuardedAttribute), inherit: false) == true
        || (function.GetType().FullName == Wrapper && Is(InnerOf(function)));

    // What AsKernelFunction() of an AIFunction makes shows neither the services nor the method of what is inside. A test
    // holds this to the version that the package pins.
    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_aiFunction")]
    private static extern ref AIFunction InnerOf([UnsafeAccessorType(Wrapper + ", Microsoft.SemanticKernel.Abstractions")] object function);
}
