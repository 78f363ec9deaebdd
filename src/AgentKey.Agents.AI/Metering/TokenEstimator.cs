using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.ML.Tokenizers;

namespace AgentKey.Agents.AI.Metering;

/// <summary>Counts the tokens of what is sent, before the provider does, and of what was seen, when the provider does not.</summary>
internal sealed class TokenEstimator(Func<string, int> countTokens, int tokensPerAttachment)
{
    // The marks around a message, and around the description of a tool.
    private const int TokensPerMessage = 4;
    private const int TokensPerTool = 8;

    private static readonly Lazy<Tokenizer> O200k = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>Counts as the models since GPT-4o do.</summary>
    public static int CountO200k(string text) => O200k.Value.CountTokens(text);

    /// <summary>What a call will read, history, instructions and tools included.</summary>
    public long OfInput(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        long tokens = TokensPerMessage;
        foreach (var message in messages)
        {
            tokens += TokensPerMessage + OfOutput(message.Contents);
        }

        foreach (var tool in options?.Tools ?? [])
        {
            tokens += TokensPerTool + OfText(tool.Name) + OfText(tool.Description)
                + (tool is AIFunctionDeclaration function ? OfText(function.JsonSchema.GetRawText()) : 0);
        }

        var format = (options?.ResponseFormat as ChatResponseFormatJson)?.Schema?.GetRawText();
        return tokens + OfText(options?.Instructions) + OfText(format);
    }

    /// <summary>What parts of messages hold.</summary>
    public long OfOutput(IEnumerable<AIContent> contents) => contents.Sum(OfContent);

    private static string? JsonOf(object? value)
    {
        try
        {
            return value switch
            {
                null => null,
                string text => text,
                JsonElement json => json.GetRawText(),
                _ => JsonSerializer.Serialize(value, AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(object))),
            };
        }
        catch (NotSupportedException)
        {
            // What the client library sends then.
            return value!.ToString();
        }
    }

    private long OfContent(AIContent content) => content switch
    {
        TextContent text => OfText(text.Text),
        TextReasoningContent reasoning => OfText(reasoning.Text),
        FunctionCallContent call => OfText(call.Name) + OfText(JsonOf(call.Arguments)),
        FunctionResultContent result => OfText(JsonOf(result.Result)),
        UsageContent => 0,
        // At four bytes a token, because a document is read in full.
        DataContent data when !data.HasTopLevelMediaType("image") => Math.Max(tokensPerAttachment, data.Data.Length / 4),
        _ => tokensPerAttachment,
    };

    private long OfText(string? text) => string.IsNullOrEmpty(text) ? 0 : countTokens(text);
}
