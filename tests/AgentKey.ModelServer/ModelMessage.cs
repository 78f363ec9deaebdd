using System.Text.Json;

namespace AgentKey.ModelServer;

/// <summary>One message of a request.</summary>
/// <param name="Role"><c>system</c>, <c>user</c>, <c>assistant</c> or <c>tool</c>.</param>
/// <param name="Text">Its text parts, joined; empty when it only asks for tools.</param>
/// <param name="ToolCallId">The call that a <c>tool</c> message answers.</param>
/// <param name="ToolCalls">The tools that an <c>assistant</c> message asked for.</param>
public sealed record ModelMessage(string Role, string Text, string? ToolCallId, IReadOnlyList<ModelToolCall> ToolCalls)
{
    internal static ModelMessage Read(JsonElement message) => new(
        message.GetProperty("role").GetString()!,
        message.TryGetProperty("content", out var content) ? TextOf(content) : "",
        message.TryGetProperty("tool_call_id", out var id) ? id.GetString() : null,
        message.TryGetProperty("tool_calls", out var calls) ? [.. calls.EnumerateArray().Select(ReadCall)] : []);

    private static string TextOf(JsonElement content) => content.ValueKind switch
    {
        JsonValueKind.String => content.GetString()!,
        JsonValueKind.Array => string.Concat(content.EnumerateArray()
            .Where(part => part.GetProperty("type").ValueEquals("text"))
            .Select(part => part.GetProperty("text").GetString())),
        _ => "",
    };

    private static ModelToolCall ReadCall(JsonElement call)
    {
        var function = call.GetProperty("function");
        return new ModelToolCall(
            call.GetProperty("id").GetString()!, function.GetProperty("name").GetString()!, function.GetProperty("arguments").GetString()!);
    }
}
