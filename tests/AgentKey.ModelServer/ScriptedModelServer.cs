using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentKey.ModelServer;

/// <summary>
/// A model server on a local port that speaks OpenAI's chat completions, streaming and not, and answers from a script:
/// what a real client library sends and reads is real, only the model is not.
/// </summary>
/// <remarks>Safe for use from any number of clients at once; the script is then called from several threads.</remarks>
public sealed class ScriptedModelServer : IAsyncDisposable
{
    private readonly ConcurrentQueue<ModelRequest> _requests = new();
    private readonly Func<ModelRequest, ModelReply> _script;
    private readonly WebApplication _application;

    private ScriptedModelServer(WebApplication application, Func<ModelRequest, ModelReply> script)
    {
        _application = application;
        _script = script;
        application.MapPost("/v1/chat/completions", AnswerAsync);
    }

    /// <summary>The address to give to a client as its endpoint.</summary>
    public Uri Endpoint => new(_application.Urls.Single() + "/v1");

    /// <summary>Every request so far, in the order of arrival: one is one model call.</summary>
    public IReadOnlyCollection<ModelRequest> Requests => _requests;

    /// <summary>Starts a server on a free port.</summary>
    /// <param name="script">Answers one request. What it throws becomes an HTTP 400, which no client repeats.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    public static async Task<ScriptedModelServer> StartAsync(
        Func<ModelRequest, ModelReply> script, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(script);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var server = new ScriptedModelServer(builder.Build(), script);
        await server._application.StartAsync(cancellationToken);
        return server;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            var request = ModelRequest.Read(body.RootElement.Clone());
            _requests.Enqueue(request);
            await ReplyWriter.WriteAsync(http, request, Ask(request));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client left: nobody is there to be told.
        }
    }

    private ModelReply Ask(ModelRequest request)
    {
        try
        {
            return _script(request);
        }
        catch (Exception fault)
        {
            return ModelReply.Fail(StatusCodes.Status400BadRequest, "no_answer", $"The script has no answer: {fault.Message}");
        }
    }
}
