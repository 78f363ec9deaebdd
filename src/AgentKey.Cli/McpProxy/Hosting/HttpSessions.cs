using AgentKey.Cli.McpProxy.Served;
using Microsoft.AspNetCore.Http;
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

    // Each may be a process.
    private const int MostIdle = 100;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(30);

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
            var own = shared.OpenSession(CallerSession.KeyOf(context.User));
            own.Configure(options);
            context.Items[this] = own;
        }

        return Task.CompletedTask;
    }

    private Task RunAsync(HttpContext context, McpServer client, CancellationToken cancellationToken) =>
        context.Items[this] is ServedServer own ? RunAsync(own, client, cancellationToken) : client.RunAsync(cancellationToken);

    private static async Task RunAsync(ServedServer own, McpServer client, CancellationToken cancellationToken)
    {
        await using (own)
        {
            own.Session.Client = client;
            await client.RunAsync(cancellationToken);
        }
    }
}
