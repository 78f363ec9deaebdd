using AgentKey.Agents.SemanticKernel.Filters;
using AgentKey.Keys;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace AgentKey.Agents.SemanticKernel.Metering;

/// <summary>
/// A chat completion service around a metered client, which finds the key of the kernel that it is asked with: code that
/// asks a service directly goes through no filter.
/// </summary>
internal sealed class MeteredChatCompletion(IChatCompletionService service) : IChatCompletionService
{
    public IReadOnlyDictionary<string, object?> Attributes => service.Attributes;

    public async Task<IReadOnlyList<ChatMessageContent>> GetChatMessageContentsAsync(
        ChatHistory chatHistory,
        PromptExecutionSettings? executionSettings = null,
        Kernel? kernel = null,
        CancellationToken cancellationToken = default)
    {
        using var binding = CallerScope.Bind(PayerOf(kernel));
        return await service.GetChatMessageContentsAsync(chatHistory, executionSettings, kernel, cancellationToken).ConfigureAwait(false);
    }

    public IAsyncEnumerable<StreamingChatMessageContent> GetStreamingChatMessageContentsAsync(
        ChatHistory chatHistory,
        PromptExecutionSettings? executionSettings = null,
        Kernel? kernel = null,
        CancellationToken cancellationToken = default) => CallerStream.ReadAsync(
            service.GetStreamingChatMessageContentsAsync(chatHistory, executionSettings, kernel, cancellationToken),
            PayerOf(kernel),
            payment: null,
            cancellationToken);

    /// <summary>The kernel's key pays, or nobody's. Without a kernel, whoever is bound around the call.</summary>
    private static Caller? PayerOf(Kernel? kernel) => kernel is null ? CallerScope.Current : kernel.FindAgentKey();
}
