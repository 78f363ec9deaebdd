namespace AgentKey.ModelServer;

/// <summary>What the script lets the model say, and how the wire behaves meanwhile.</summary>
public sealed record ModelReply
{
    private ModelReply()
    {
    }

    /// <summary>The text of the answer.</summary>
    public string Text { get; init; } = "";

    /// <summary>The tools that the answer asks for.</summary>
    public IReadOnlyList<ModelToolCall> ToolCalls { get; private init; } = [];

    /// <summary>What the server says it used; <see langword="null"/> counts the words of the request and of the answer.</summary>
    public ModelUsage? Usage { get; init; }

    /// <summary>Whether the answer comes without any usage, as some servers answer.</summary>
    public bool HidesUsage { get; init; }

    /// <summary>After how many chunks the server breaks the connection off; 0 is before the first byte.</summary>
    public int? CutAfterChunks { get; init; }

    /// <summary>After how many chunks the server falls silent until the client leaves; 0 is before the first byte.</summary>
    public int? HangAfterChunks { get; init; }

    /// <summary>What the answer waits for before its first byte.</summary>
    public Task After { get; init; } = Task.CompletedTask;

    /// <summary>The wait before each chunk.</summary>
    public TimeSpan ChunkDelay { get; init; }

    /// <summary>The HTTP status of the answer; everything but 200 is an error.</summary>
    public int Status { get; private init; } = 200;

    /// <summary>The provider's code of an error, e.g. <c>rate_limit_exceeded</c>.</summary>
    public string? ErrorCode { get; private init; }

    /// <summary>An answer in words; the request's output cap shortens it.</summary>
    public static ModelReply Say(string text) => new() { Text = text };

    /// <summary>An answer that asks for tools, all at once.</summary>
    public static ModelReply Call(params IReadOnlyList<ModelToolCall> calls) => new() { ToolCalls = calls };

    /// <summary>An HTTP error in OpenAI's form.</summary>
    public static ModelReply Fail(int status, string code, string message) => new() { Status = status, ErrorCode = code, Text = message };
}
