using AgentKey.Cli.McpProxy.Served;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Server;

namespace AgentKey.Cli.McpProxy.Hosting;

/// <summary>
/// Gives every HTTP client with a session a link of its own to the server behind. Since 2026-07-28 the protocol has no
/// sessions, and those clients share one.
/// </summary>
internal sealed class HttpSessions(ServedServer shared)
{
    private const string SessionHeader = "Mcp-Session-Id";

    // Each may be a process: fewer than there may be of those, so that a new one finds room.
    private const int MostIdle = 900;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(30);

    private readonly OpenSessions _open = new();

    public void Configure(HttpServerTransportOptions http)
    {
        http.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
#pragma warning disable MCP9006 // Sessions are only for the revisions that have them.
        http.IdleTimeout = LongestIdle;
        http.MaxIdleSessionCount = MostIdle;
#pragma warning restore MCP9006
        http.ConfigureSessionOptions = ConfigureAsync;
#pragma warning disable MCPEXP002 // Nothing else tells that a session has ended; the version is pinned.
        http.RunSessionHandler = RunAsync;
#pragma warning restore MCPEXP002
    }

    /// <summary>Sees every request of an authenticated caller, and so which sessions are in use.</summary>
    public async Task TrackAsync(HttpContext context, RequestDelegate next)
    {
        var isCaller = context.User.Identity is { IsAuthenticated: true };
        var session = isCaller ? _open.Enter(context.Request.Headers[SessionHeader].ToString(), CallerSession.KeyOf(context.User)) : null;
        context.Items[this] = session;
        try
        {
            if (session is { IsEnding: true })
            {
                // As for one that is gone already: its client begins anew.
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            await next(context);
        }
        finally
        {
            if (context.Items[this] is OpenSession used)
            {
                _open.Leave(used);
            }
        }
    }

    private async Task ConfigureAsync(HttpContext context, McpServerOptions options, CancellationToken cancellationToken)
    {
        if (context.Response.Headers.TryGetValue(SessionHeader, out var id))
        {
            var keyId = CallerSession.KeyOf(context.User);
            var session = new OpenSession(id.ToString(), keyId, shared.OpenSession(keyId));
            while (!_open.TryAdd(session, out var over))
            {
                await EndAsync(over ?? throw TooMany(), context);
            }

            session.Served.Configure(options);
            context.Items[this] = session;
        }
    }

    private static BadHttpRequestException TooMany() =>
        new($"This key has {OpenSessions.MostPerKey} sessions already, all in use. End one, or try again later.", StatusCodes.Status429TooManyRequests);

    // Only a client's own request ends a session in the SDK.
    private static Task EndAsync(OpenSession session, HttpContext context)
    {
        var end = context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints
            .Single(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Delete) is true);
        var request = new DefaultHttpContext { RequestServices = context.RequestServices, User = context.User };
        request.Request.Method = HttpMethods.Delete;
        request.Request.Headers[SessionHeader] = session.Id;
        return end.RequestDelegate!(request);
    }

    private Task RunAsync(HttpContext context, McpServer client, CancellationToken cancellationToken) =>
        context.Items[this] is OpenSession session ? RunAsync(session, client, cancellationToken) : client.RunAsync(cancellationToken);

    private async Task RunAsync(OpenSession session, McpServer client, CancellationToken cancellationToken)
    {
        try
        {
            await using var own = session.Served;
            own.Session.Client = client;
            await client.RunAsync(cancellationToken);
        }
        finally
        {
            _open.Remove(session);
        }
    }
}
