using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>
/// The token by which the server itself tells that the client has left. Middleware puts others in its place, which are
/// cancelled for reasons of its own: a time-out of the server is not the client's leaving.
/// </summary>
internal sealed class ClientPresence : IStartupFilter
{
    public static CancellationToken Of(HttpContext context) => context.Features.Get<Token>()?.Value ?? context.RequestAborted;

    /// <summary>Before any middleware of the application.</summary>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use(pass => context =>
        {
            context.Features.Set(new Token(context.RequestAborted));
            return pass(context);
        });
        next(application);
    };

    private sealed record Token(CancellationToken Value);
}
