using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentKey.AspNetCore.Tests.Examples;

/// <summary>A model's endpoint on this machine, which writes down everything that reaches it.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<string> _requests = new();

    private Upstream(WebApplication application) => _application = application;

    /// <summary>What it answers: a stream of two events unless a test says otherwise.</summary>
    public RequestDelegate Answer { get; set; } = async context =>
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("data: one\n\n");
        await context.Response.Body.FlushAsync();
        await context.Response.WriteAsync("data: [DONE]\n\n");
    };

    public Uri Address => new(_application.Urls.Single() + "/v1/chat/completions");

    /// <summary>Each request with all of its headers and its body.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public static async Task<Upstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var upstream = new Upstream(builder.Build());
        upstream._application.MapPost("/v1/chat/completions", upstream.RecordAsync);
        await upstream._application.StartAsync(TestContext.Current.CancellationToken);
        return upstream;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private async Task RecordAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var headers = context.Request.Headers.Select(header => $"{header.Key}: {header.Value}");
        _requests.Enqueue(string.Join('\n', [.. headers, await reader.ReadToEndAsync()]));
        await Answer(context);
    }
}
