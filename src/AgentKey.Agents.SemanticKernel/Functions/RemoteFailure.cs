using System.Text.Json;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Functions;

/// <summary>A result that means failure: what a remote MCP tool returns instead of throwing.</summary>
internal static class RemoteFailure
{
    public static bool Is(object? result) =>
        result is FunctionResult function
        && function.Function.UnderlyingMethod is null
        && function.GetValue<object>() is JsonElement { ValueKind: JsonValueKind.Object } content
        && content.TryGetProperty("isError", out var isError)
        && isError.ValueKind == JsonValueKind.True;
}
