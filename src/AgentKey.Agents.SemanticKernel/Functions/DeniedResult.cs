using System.Globalization;
using System.Text.Json;
using AgentKey.Agents.AI;
using AgentKey.Charging;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Functions;

/// <summary>A refusal as the result of a function: what a model reads of it, and what code finds of it.</summary>
internal static class DeniedResult
{
    private const string DenialKey = "AgentKey.Denial";

    public static FunctionResult Of(KernelFunction function, Denial denial, CultureInfo culture) =>
        // What is wrong with the key stays in the operator's log: metadata travels further than anyone can see.
        new(function, DenialAnswer.Of(denial), culture, new Dictionary<string, object?> { [DenialKey] = denial with { Fault = null } });

    /// <summary>The same result, marked as ended by a refusal.</summary>
    public static FunctionResult Mark(FunctionResult result, Denial denial) =>
        new(result) { Metadata = new Dictionary<string, object?>(result.Metadata ?? new Dictionary<string, object?>()) { [DenialKey] = denial } };

    /// <summary>The refusal that a guarded AI function answered as a value; null when the result is anything else, whatever was refused on the way.</summary>
    public static Denial? Answered(FunctionResult result, ToolCall call) =>
        call.Refusal is { } denial && result.GetValue<object>() is JsonElement answer && JsonElement.DeepEquals(answer, DenialAnswer.Of(denial))
            ? denial
            : null;

    public static Denial? Find(IReadOnlyDictionary<string, object?>? metadata) =>
        metadata is not null && metadata.TryGetValue(DenialKey, out var denial) ? denial as Denial : null;
}
