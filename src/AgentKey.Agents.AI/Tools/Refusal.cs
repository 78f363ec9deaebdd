using System.Text.Json;
using AgentKey.Charging;

namespace AgentKey.Agents.AI.Tools;

/// <summary>The refusals that come as exceptions out of tools: their own, and those of the agents that they run.</summary>
internal static class Refusal
{
    /// <summary>The refusal that an exception carries; null for any other exception.</summary>
    public static Denial? Find(Exception exception) => exception switch
    {
        ToolDeniedException tool => tool.Denial,
        ModelCallDeniedException model => model.Denial,
        _ => null,
    };

    /// <summary>A refusal as the model reads it, noted for the adapter that made the call.</summary>
    /// <param name="denial">The refusal.</param>
    /// <param name="call">The call that an adapter bound around the function, if any.</param>
    public static JsonElement Answer(Denial denial, ToolCall? call)
    {
        call?.NoteRefusal(denial);
        return DenialAnswer.Of(denial);
    }
}
