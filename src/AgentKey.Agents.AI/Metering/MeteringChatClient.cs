using System.Runtime.CompilerServices;
using AgentKey.Keys;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Metering;

/// <summary>A chat client whose every call is paid for by the token.</summary>
internal sealed class MeteringChatClient(IChatClient client, Meter meter, MeteringOptions options) : DelegatingChatClient(client)
{
    /// <summary>Who pays for all calls; null for whoever is bound around each.</summary>
    public Caller? Caller => options.Caller;

    private string? DefaultModel => this.GetService<ChatClientMetadata>()?.DefaultModelId;

    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = await meter.BeginAsync(Payer(), messages, options, DefaultModel, cancellationToken).ConfigureAwait(false);
        ChatResponse response;
        try
        {
            response = await base.GetResponseAsync(call.Request.Messages, call.Request.Options, cancellationToken).ConfigureAwait(false);
            call.Answer.Add(response);
        }
        catch (Exception failure)
        {
            await FailAsync(call, failure).ConfigureAwait(false);
            throw;
        }

        await call.EndAsync(isComplete: true).ConfigureAwait(false);
        return response;
    }

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        // The caller of now: whoever reads the stream may do so somewhere else.
        StreamAsync(Payer(), messages, options, cancellationToken);

    private async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        Caller? payer, IEnumerable<ChatMessage> messages, ChatOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = await meter.BeginAsync(payer, messages, options, DefaultModel, cancellationToken).ConfigureAwait(false);
        var updates = await OpenAsync(call, cancellationToken).ConfigureAwait(false);
        var isOver = false;
        try
        {
            await using var closing = updates.ConfigureAwait(false);
            while (true)
            {
                try
                {
                    if (!await updates.MoveNextAsync().ConfigureAwait(false))
                    {
                        break;
                    }
                }
                catch (Exception failure)
                {
                    isOver = true;
                    await FailAsync(call, failure).ConfigureAwait(false);
                    throw;
                }

                call.Answer.Add(updates.Current);
                yield return updates.Current;
            }

            isOver = true;
            await call.EndAsync(isComplete: true).ConfigureAwait(false);
        }
        finally
        {
            if (!isOver)
            {
                // The reader stopped in the middle.
                await call.EndAsync(isComplete: false).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<IAsyncEnumerator<ChatResponseUpdate>> OpenAsync(MeteredCall call, CancellationToken cancellationToken)
    {
        try
        {
            return base.GetStreamingResponseAsync(call.Request.Messages, call.Request.Options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        catch (Exception failure)
        {
            await FailAsync(call, failure).ConfigureAwait(false);
            throw;
        }
    }

    private Caller? Payer() => Caller ?? CallerScope.Current;

    private ValueTask FailAsync(MeteredCall call, Exception failure) => call.FailAsync(failure, options.IsUnbilled);
}
