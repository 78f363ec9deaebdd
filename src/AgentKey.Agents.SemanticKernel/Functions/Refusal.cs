using AgentKey.Agents.AI;
using AgentKey.Charging;

namespace AgentKey.Agents.SemanticKernel.Functions;

/// <summary>The refusals that come as exceptions out of functions: their own, and those of the agents that they run.</summary>
internal static class Refusal
{
    /// <summary>The refusal that an exception carries; null for any other exception.</summary>
    public static Denial? Find(Exception exception) => exception switch
    {
        ToolDeniedException function => function.Denial,
        ModelCallDeniedException model => model.Denial,
        _ => null,
    };
}
