using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using AgentKey.Storage;
using Microsoft.Extensions.Options;

namespace AgentKey.AspNetCore.Webhooks;

/// <summary>Sends one event. Whatever is not a 2xx answer in time is a failure; redirects are not followed.</summary>
internal sealed class WebhookSender : IDisposable
{
    private readonly WebhookOptions _options;
    private readonly WebhookSigner _signer;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public WebhookSender(IOptions<WebhookOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _options.Validate();
        _signer = new WebhookSigner(_options.Secrets);
        _time = time;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = _options.Timeout,
        };
    }

    /// <summary>Sends an event.</summary>
    /// <returns><see langword="null"/> when it was accepted, else what went wrong.</returns>
    public async Task<string?> SendAsync(StoredEvent told, CancellationToken cancellationToken)
    {
        using var request = Request(WebhookMessage.Of(told));
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}");
        }
        catch (HttpRequestException unreachable)
        {
            return unreachable.HttpRequestError.ToString();
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Request(WebhookMessage message)
    {
        var at = _time.GetUtcNow();
        var request = new HttpRequestMessage(HttpMethod.Post, _options.Url)
        {
            Content = new StringContent(message.Body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", _signer.Sign(message.Id, at, message.Body));
        return request;
    }
}
