namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>
/// Keeps requests at the server's own origin: each carries the operator's credentials, and could reach where nobody outside
/// does. A server sends its client elsewhere by a redirect, and up to 2024-11-05 by saying where it takes messages.
/// </summary>
/// <param name="server">Where the server is.</param>
/// <param name="next">Sends the request.</param>
internal sealed class OwnOriginHandler(Uri server, HttpMessageHandler next) : DelegatingHandler(next)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var address = request.RequestUri!;
        if (OriginOf(address) != OriginOf(server))
        {
            throw new IOException($"The server at {OriginOf(server)} wants its messages at {OriginOf(address)}. They are sent to its own origin alone.");
        }

        var response = await base.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode is < 300 or > 399)
        {
            return response;
        }

        using (response)
        {
            throw Redirected(response.Headers.Location is { } target ? OriginOf(new Uri(address, target)) : "nowhere");
        }
    }

    // No HttpRequestException, after which the SDK's client would ask again.
    private IOException Redirected(string target) => new(
        $"The server at {OriginOf(server)} redirects to {target}. Redirects are not followed: if the server has moved, --url has to name its new address.");

    // A path, a query or a user's name may be secret.
    private static string OriginOf(Uri address) => address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
}
