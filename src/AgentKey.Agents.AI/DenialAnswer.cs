using System.Text.Json;
using System.Text.Json.Nodes;
using AgentKey.Charging;

namespace AgentKey.Agents.AI;

/// <summary>A refusal as the model reads it: what a tool returns instead of its result.</summary>
/// <remarks>
/// It is a value and no exception: a tool loop meets an exception with further model calls, and hides its reason from the
/// model. Holds no secret and no internal text.
/// </remarks>
public static class DenialAnswer
{
    /// <summary>The JSON object of <see cref="DenialContent"/>, and the sentence for the model as <c>message</c>.</summary>
    public static JsonElement Of(Denial denial)
    {
        ArgumentNullException.ThrowIfNull(denial);
        var answer = JsonObject.Create(DenialContent.Of(denial).ToJson())!;
        answer["message"] = denial.Message;
        using var document = JsonDocument.Parse(answer.ToJsonString());
        return document.RootElement.Clone();
    }
}
