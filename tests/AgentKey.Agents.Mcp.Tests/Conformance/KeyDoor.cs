using System.Net.Http.Headers;
using AgentKey.Keys;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AgentKey.Agents.Mcp.Tests.Conformance;

/// <summary>A door in front of a server of another process, which adds the key: the official suite cannot send a header.</summary>
internal sealed class KeyDoor : IAsyncDisposable
{
    private readonly HttpClient _http = new();
    private readonly Uri _server;
    private readonly CreatedKey _key;
    private readonly WebApplication _application;

    private KeyDoor(Uri server, CreatedKey key)
    {
        _server = server;
        _key = key;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _application = builder.Build();
        _application.Run(PassAsync);
    }

    public Uri Endpoint => new(new Uri(_application.Urls.Single()), _server.AbsolutePath);

    public static async Task<KeyDoor> OpenAsync(Uri server, CreatedKey key)
    {
        var door = new KeyDoor(server, key);
        await door._application.StartAsync(TestContext.Current.CancellationToken);
        return door;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _http.Dispose();
    }

    private async Task PassAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), new Uri(_server, context.Request.Path + context.Request.QueryString));
        request.Content = HttpMethods.IsPost(context.Request.Method) ? new StreamContent(context.Request.Body) : null;
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _key.Secret.Reveal());
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Transfer-Encoding"))
        {
            context.Response.Headers[name] = values.ToArray();
        }

        await context.Response.StartAsync(context.RequestAborted);
        await response.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
