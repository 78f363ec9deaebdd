using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Filters;

/// <summary>
/// Marks the one function call that a model is about to make. A model reads a refusal as a result; code that calls a
/// function gets it thrown, because code does not look for it.
/// </summary>
internal static class ModelCall
{
    private static readonly AsyncLocal<KernelFunction?> Marked = new();

    public static void Mark(KernelFunction function) => Marked.Value = function;

    /// <summary>Whether the model calls this function. What the function calls in turn is called by code.</summary>
    public static bool Take(KernelFunction function)
    {
        var isMarked = Marked.Value is { } marked && marked.Name == function.Name && marked.PluginName == function.PluginName;
        Marked.Value = null;
        return isMarked;
    }
}
