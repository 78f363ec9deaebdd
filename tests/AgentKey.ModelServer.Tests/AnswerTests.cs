using OpenAI.Chat;

namespace AgentKey.ModelServer.Tests;

public sealed class AnswerTests
{
    private static readonly ChatTool Lookup = ChatTool.CreateFunctionTool("look_up", "Looks up", BinaryData.FromString("""{"type":"object"}"""));

    [Fact]
    public async Task The_real_client_reads_text_and_every_kind_of_usage()
    {
        await using var server = await ScriptedModelServer.StartAsync(
            _ => ModelReply.Say("four words of answer") with { Usage = new ModelUsage(Input: 100, Output: 30, CachedInput: 40, Reasoning: 20) });

        ChatCompletion answer = await Client.Of(server).CompleteChatAsync("hello");

        Assert.Equal("four words of answer", answer.Content[0].Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.Equal((100, 40), (answer.Usage.InputTokenCount, answer.Usage.InputTokenDetails.CachedTokenCount));
        Assert.Equal((30, 20), (answer.Usage.OutputTokenCount, answer.Usage.OutputTokenDetails.ReasoningTokenCount));
    }

    [Fact]
    public async Task A_stream_carries_the_same_text_and_ends_with_its_usage()
    {
        await using var server = await ScriptedModelServer.StartAsync(
            _ => ModelReply.Say("four words of answer") with { Usage = new ModelUsage(100, 30, 40, 20) });

        var updates = await Client.Of(server).CompleteChatStreamingAsync("hello").ToListAsync();

        Assert.Equal("four words of answer", string.Concat(updates.SelectMany(update => update.ContentUpdate).Select(part => part.Text)));
        Assert.Equal(4, updates.Count(update => update.ContentUpdate.Any(part => part.Text.Length > 0)));
        var usage = Assert.Single(updates, update => update.Usage is not null).Usage;
        Assert.Equal((100, 40, 30), (usage.InputTokenCount, usage.InputTokenDetails.CachedTokenCount, usage.OutputTokenCount));
    }

    [Fact]
    public async Task Without_a_stated_usage_a_word_is_a_token()
    {
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("two words"));

        ChatCompletion answer = await Client.Of(server).CompleteChatAsync("three  spaced words");

        Assert.Equal((3, 2), (answer.Usage.InputTokenCount, answer.Usage.OutputTokenCount));
    }

    [Fact]
    public async Task The_cap_that_the_request_sends_shortens_the_answer()
    {
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three"));

        ChatCompletion answer = await Client.Of(server).CompleteChatAsync(
            [new UserChatMessage("go")], new ChatCompletionOptions { MaxOutputTokenCount = 2 });

        Assert.Equal(("one two ", ChatFinishReason.Length, 2), (answer.Content[0].Text, answer.FinishReason, answer.Usage.OutputTokenCount));
        Assert.Equal(2, Assert.Single(server.Requests).OutputCap);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Several_tools_are_asked_for_at_once_and_their_answers_come_back(bool streams)
    {
        await using var server = await ScriptedModelServer.StartAsync(request => request.Last.Role == "tool"
            ? ModelReply.Say($"{request.Last.ToolCallId} said {request.Last.Text}")
            : ModelReply.Call(new ModelToolCall("call_1", "look_up", """{"q":"a"}"""), new ModelToolCall("call_2", "look_up", """{"q":"b"}""")));
        var client = Client.Of(server);
        var options = new ChatCompletionOptions { Tools = { Lookup } };

        var asked = streams ? await StreamedToolIdsAsync(client, options) : await ToolIdsAsync(client, options);
        ChatCompletion answer = await client.CompleteChatAsync(
            [new UserChatMessage("go"), new ToolChatMessage(asked[0], "A"), new ToolChatMessage(asked[1], "B")], options);

        Assert.Equal(["call_1", "call_2"], asked);
        Assert.Equal("call_2 said B", answer.Content[0].Text);
        Assert.Equal(["look_up"], server.Requests.First().Tools);
    }

    private static async Task<List<string>> ToolIdsAsync(ChatClient client, ChatCompletionOptions options)
    {
        ChatCompletion answer = await client.CompleteChatAsync([new UserChatMessage("go")], options);
        Assert.Equal(ChatFinishReason.ToolCalls, answer.FinishReason);
        return [.. answer.ToolCalls.Select(call => call.Id)];
    }

    private static async Task<List<string>> StreamedToolIdsAsync(ChatClient client, ChatCompletionOptions options)
    {
        var updates = await client.CompleteChatStreamingAsync([new UserChatMessage("go")], options).ToListAsync();
        return [.. updates.SelectMany(update => update.ToolCallUpdates).Select(call => call.ToolCallId)];
    }
}
