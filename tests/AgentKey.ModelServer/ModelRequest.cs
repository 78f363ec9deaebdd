using System.Text.Json;

namespace AgentKey.ModelServer;

/// <summary>One request as it came over the wire.</summary>
public sealed record ModelRequest
{
    /// <summary>The model that was asked for.</summary>
    public required string Model { get; init; }

    /// <summary>The conversation so far.</summary>
    public required IReadOnlyList<ModelMessage> Messages { get; init; }

    /// <summary>The names of the tools that were advertised.</summary>
    public required IReadOnlyList<string> Tools { get; init; }

    /// <summary>Whether the answer is to come in chunks.</summary>
    public required bool IsStreaming { get; init; }

    /// <summary>Whether a streamed answer is to end with its usage.</summary>
    public required bool IncludesUsage { get; init; }

    /// <summary>The most tokens that the answer may have; <see langword="null"/> when the request does not say.</summary>
    public required int? OutputCap { get; init; }

    /// <summary>The whole body.</summary>
    public required JsonElement Body { get; init; }

    /// <summary>The last message.</summary>
    public ModelMessage Last => Messages[^1];

    /// <summary>How often the model was asked before in this conversation.</summary>
    public int Round => Messages.Count(message => message.Role == "assistant");

    /// <summary>The words of all messages: what this server counts as tokens.</summary>
    public long Words => Messages.Sum(message => WordCount.Of(message.Text));

    internal static ModelRequest Read(JsonElement body) => new()
    {
        Model = body.GetProperty("model").GetString()!,
        Messages = [.. body.GetProperty("messages").EnumerateArray().Select(ModelMessage.Read)],
        Tools = body.TryGetProperty("tools", out var tools)
            ? [.. tools.EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString()!)]
            : [],
        IsStreaming = body.TryGetProperty("stream", out var stream) && stream.GetBoolean(),
        IncludesUsage = body.TryGetProperty("stream_options", out var options)
            && options.TryGetProperty("include_usage", out var includes) && includes.GetBoolean(),
        OutputCap = body.TryGetProperty("max_completion_tokens", out var cap) || body.TryGetProperty("max_tokens", out cap)
            ? cap.GetInt32()
            : null,
        Body = body,
    };
}
