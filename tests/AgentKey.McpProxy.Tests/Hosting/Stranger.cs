using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentKey.McpProxy.Tests.Hosting;

/// <summary>An HTTP server of an origin of its own that writes down every request. Unless it is told otherwise it answers nothing of use.</summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly ConcurrentQueue<string> _requests = [];

    private Stranger(RequestDelegate? answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _application = builder.Build();
        _application.Run(context =>
        {
            _requests.Enqueue($"{context.Request.Method} {context.Request.Path} {context.Request.Headers["X-Api-Key"]}");
            return answer is null ? Task.CompletedTask : answer(context);
        });
    }

    public Uri Origin { get; private set; } = null!;

    public string[] Requests => [.. _requests];

    public static async Task<Stranger> StartAsync(RequestDelegate? answer = null)
    {
        var stranger = new Stranger(answer);
        await stranger._application.StartAsync(TestContext.Current.CancellationToken);
        stranger.Origin = new Uri(stranger._application.Urls.Single());
        return stranger;
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
