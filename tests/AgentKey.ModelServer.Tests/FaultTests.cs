using System.ClientModel;
using OpenAI.Chat;

namespace AgentKey.ModelServer.Tests;

public sealed class FaultTests
{
    [Fact]
    public async Task An_error_has_its_status_and_code()
    {
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Fail(429, "rate_limit_exceeded", "Slow down."));

        var fault = await Assert.ThrowsAsync<ClientResultException>(() => Client.Of(server).CompleteChatAsync("hello"));

        Assert.Equal(429, fault.Status);
        Assert.Contains("rate_limit_exceeded", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_without_an_answer_is_an_error_that_is_not_repeated()
    {
        await using var server = await ScriptedModelServer.StartAsync(_ => throw new InvalidDataException("nothing planned"));

        var fault = await Assert.ThrowsAsync<ClientResultException>(() => Client.Of(server).CompleteChatAsync("hello"));

        Assert.Equal(400, fault.Status);
        Assert.Contains("nothing planned", fault.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_cut_stream_shows_what_came_before_and_then_fails()
    {
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three") with { CutAfterChunks = 3 });
        var seen = new List<string>();

        var fault = await Record.ExceptionAsync(() => ReadAsync(server, seen));

        Assert.NotNull(fault);
        Assert.Equal("one two ", string.Concat(seen));
    }

    [Fact]
    public async Task A_silent_stream_waits_until_the_client_leaves()
    {
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one two three") with { HangAfterChunks = 2 });
        using var patience = new CancellationTokenSource();
        var seen = new List<string>();

        var reading = ReadAsync(server, seen, update =>
        {
            if (update.Length > 0)
            {
                patience.Cancel();
            }
        }, patience.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);

        Assert.Equal("one ", string.Concat(seen));
    }

    [Fact]
    public async Task A_server_that_hides_its_usage_sends_none()
    {
        await using var server = await ScriptedModelServer.StartAsync(_ => ModelReply.Say("one") with { HidesUsage = true });

        ChatCompletion answer = await Client.Of(server).CompleteChatAsync("hello");
        var updates = await Client.Of(server).CompleteChatStreamingAsync("hello").ToListAsync();

        Assert.Null(answer.Usage);
        Assert.DoesNotContain(updates, update => update.Usage is not null);
        Assert.True(server.Requests.Last().IncludesUsage);
    }

    private static async Task ReadAsync(
        ScriptedModelServer server, List<string> seen, Action<string>? onText = null, CancellationToken cancellationToken = default)
    {
        await foreach (var update in Client.Of(server).CompleteChatStreamingAsync([new UserChatMessage("hello")], cancellationToken: cancellationToken))
        {
            var text = string.Concat(update.ContentUpdate.Select(part => part.Text));
            seen.Add(text);
            onText?.Invoke(text);
        }
    }
}
