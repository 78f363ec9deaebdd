using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentKey.AspNetCore.Tests.Webhooks;

/// <summary>A receiver of webhooks on a real port, which answers with the statuses that it is given and then with 204.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<int> _answers = new();
    private readonly ConcurrentQueue<ReceivedWebhook> _received = new();

    private Receiver(WebApplication application) => _application = application;

    public Uri Url => new(_application.Urls.Single() + "/hook");

    public IReadOnlyList<ReceivedWebhook> Received => [.. _received];

    public static async Task<Receiver> StartAsync(params int[] answers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new Receiver(builder.Build());
        foreach (var answer in answers)
        {
            receiver._answers.Enqueue(answer);
        }

        receiver._application.MapPost("/hook", receiver.ReceiveAsync);
        await receiver._application.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Waits until so many requests were received.</summary>
    public async Task<IReadOnlyList<ReceivedWebhook>> WaitForAsync(int count)
    {
        while (_received.Count < count)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return Received;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task<IResult> ReceiveAsync(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var answer = _answers.TryDequeue(out var status) ? status : StatusCodes.Status204NoContent;
        _received.Enqueue(new ReceivedWebhook(
            request.Headers["webhook-id"]!, request.Headers["webhook-timestamp"]!, request.Headers["webhook-signature"]!, body, answer));
        return Results.StatusCode(answer);
    }
}

/// <summary>One request as it came in.</summary>
internal sealed record ReceivedWebhook(string Id, string Timestamp, string Signature, string Body, int Answer);
