using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Hosting;

/// <summary>A provider's client that answers with these parts, for what no OpenAI server says; then it may fail.</summary>
internal sealed class ScriptedClient(params IReadOnlyList<ChatResponseUpdate> parts) : IChatClient
{
    private readonly List<ChatOptions?> _asked = [];

    /// <summary>What the client throws after its parts; null for an answer that ends.</summary>
    public Exception? Failure { get; init; }

    /// <summary>The options of each call.</summary>
    public IReadOnlyList<ChatOptions?> Asked => _asked;

    public static ChatResponseUpdate Say(params IList<AIContent> contents) => new(ChatRole.Assistant, contents) { ModelId = OpenAIClients.Model };

    public static ChatResponseUpdate Report(UsageDetails usage) => Say(new UsageContent(usage));

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        _asked.Add(options);
        foreach (var part in parts)
        {
            yield return part;
        }

        if (Failure is not null)
        {
            throw Failure;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata(defaultModelId: OpenAIClients.Model) : null;

    public void Dispose()
    {
    }
}
