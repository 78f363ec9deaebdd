using AgentKey.Cli.McpProxy.Served;
using Microsoft.AspNetCore.Http;
using ModelContextProtocol;
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
    private const int MostPerKey = 100;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(30);

    // Idle ones count, too: else a key that cannot pay for a call could end everybody's.
    private readonly KeyCounts _counts = new("sessions", MostPerKey);

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

    private Task ConfigureAsync(HttpContext context, McpServerOptions options, CancellationToken cancellationToken)
    {
        if (context.Response.Headers.ContainsKey(SessionHeader))
        {
            var keyId = CallerSession.KeyOf(context.User);
            context.Items[_counts] = Begin(keyId);
            var own = shared.OpenSession(keyId);
            own.Configure(options);
            context.Items[this] = own;
        }

        return Task.CompletedTask;
    }

    private IDisposable Begin(string keyId)
    {
        try
        {
            return _counts.Begin(keyId);
        }
        catch (McpException tooMany)
        {
            throw new BadHttpRequestException(tooMany.Message, StatusCodes.Status429TooManyRequests, tooMany);
        }
    }

    private Task RunAsync(HttpContext context, McpServer client, CancellationToken cancellationToken) =>
        context.Items[this] is ServedServer own ? RunAsync((IDisposable)context.Items[_counts]!, own, client, cancellationToken) : client.RunAsync(cancellationToken);

    private static async Task RunAsync(IDisposable counted, ServedServer own, McpServer client, CancellationToken cancellationToken)
    {
        using (counted)
        await using (own)
        {
            own.Session.Client = client;
            await client.RunAsync(cancellationToken);
        }
    }
}
