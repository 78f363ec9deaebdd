using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Functions;

/// <summary>Tells the kinds of functions apart.</summary>
internal static class FunctionKinds
{
    public static FunctionKind Of(KernelFunction function)
    {
        if (function.UnderlyingMethod is not { } method)
        {
            // Only prompts have settings of a model. What has neither settings nor a method is somebody else's function,
            // e.g. the tool of a remote server.
            return function.ExecutionSettings is null ? FunctionKind.Unguarded : FunctionKind.Prompt;
        }

        if (method.IsDefined(typeof(AgentGuardedAttribute), inherit: false))
        {
            return FunctionKind.Guarded;
        }

        return method.IsDefined(typeof(AgentPublicAttribute), inherit: true) ? FunctionKind.Public : FunctionKind.Unguarded;
    }
}
