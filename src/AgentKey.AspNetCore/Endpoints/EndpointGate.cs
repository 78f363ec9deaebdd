using System.Text.Json;
using AgentKey.Agents;
using AgentKey.AspNetCore.Grpc;
using AgentKey.AspNetCore.RateLimits;
using AgentKey.Charging;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AgentKey.AspNetCore.Endpoints;

/// <summary>
/// Stands inside an endpoint, where no forgotten middleware can leave it out: finds the caller, keeps its rate, charges,
/// runs the handler, and settles when the response is complete.
/// </summary>
internal sealed class EndpointGate(EndpointPolicy policy, RequestDelegate handler)
{
    private static readonly CancellationToken Left = new(canceled: true);

    public async Task InvokeAsync(HttpContext context)
    {
        OutputCaching.Forbid(context);
        try
        {
            if (await Callers.FindAsync(context).ConfigureAwait(false) is not { } identity)
            {
                await context.ChallengeAsync(CallerIdentity.Scheme).ConfigureAwait(false);
                return;
            }

            if (policy.Limits is not { } limits)
            {
                await ChargeAndRunAsync(context, identity).ConfigureAwait(false);
                return;
            }

            using var lease = context.RequestServices.GetRequiredService<KeyRateLimiters>().Take(this, limits, identity.Key.Id);
            await (lease.IsAcquired ? ChargeAndRunAsync(context, identity) : lease.RefuseAsync(context, limits)).ConfigureAwait(false);
        }
        catch (Exception fault) when (UndecidedRequest.IsCausedBy(fault) && !context.Response.HasStarted)
        {
            await UndecidedRequest.WriteAsync(context, fault).ConfigureAwait(false);
        }
        catch (ToolDeniedException denied) when (!context.Response.HasStarted)
        {
            await DenialResponse.WriteAsync(context, denied.Denial).ConfigureAwait(false);
        }
    }

    private async Task ChargeAndRunAsync(HttpContext context, CallerIdentity identity)
    {
        if (await PaidRequest.ReadAsync(context, policy).ConfigureAwait(false) is not { } request)
        {
            return;
        }

        var guard = context.RequestServices.GetRequiredService<ToolGuard>();
        using var binding = CallerScope.Bind(identity.Caller, request.Call);
        var presence = ClientPresence.Of(context);
        ToolCharge charge;
        try
        {
            charge = request.Price is { } price
                ? await guard.ChargeAsync(policy.Tool, price, presence).ConfigureAwait(false)
                : await guard.ChargeAsync(policy.Tool, presence).ConfigureAwait(false);
        }
        catch (ToolDeniedException denied) when (denied.Denial.Reason == DenialCode.DuplicateCall)
        {
            await request.RepeatAsync(context, identity.Key, denied.Denial).ConfigureAwait(false);
            return;
        }

        using var running = charge.Enter();
        BudgetHeaders.Write(context, identity.Key, charge.Remaining);
        await RunAsync(context, identity, request, guard, charge).ConfigureAwait(false);
    }

    private async Task RunAsync(HttpContext context, CallerIdentity identity, PaidRequest request, ToolGuard guard, ToolCharge charge)
    {
        var body = WatchedBody.Of(context.Request);
        try
        {
            await request.RunAsync(context, identity.Key, handler).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            var hasLeft = body.IsBroken || IsOfWebSocket(context) || IsUnpaidRest(context, failure) || IsOfRequest(context, body, failure);
            await guard.FailAsync(charge, failure, hasLeft ? Left : ClientPresence.Of(context)).ConfigureAwait(false);
            throw;
        }

        await EndAsync(context, body, request.Call, guard, charge).ConfigureAwait(false);
    }

    // Its client has never sent its last word, and a frame that nobody understands is its own way to end it.
    private static bool IsOfWebSocket(HttpContext context) => context.WebSockets.IsWebSocketRequest && context.Response.HasStarted;

    // What its key may and can pay for is the client's choice, and of an answer that has begun it keeps what it has.
    private static bool IsUnpaidRest(HttpContext context, Exception failure) =>
        context.Response.HasStarted && failure is ToolDeniedException denied && ClientRefusals.Is(denied.Denial);

    // Who has answers already, and still sends, chooses the moment; what it has sent it chose as well.
    private static bool IsOfRequest(HttpContext context, WatchedBody body, Exception failure) =>
        context.Response.HasStarted && body.IsBegun && (!body.IsRead || failure is BadHttpRequestException or JsonException);

    /// <summary>Ends a call whose handler returned, which it also does when it, or gRPC, made an answer of an exception.</summary>
    private static ValueTask EndAsync(HttpContext context, WatchedBody body, ToolCall call, ToolGuard guard, ToolCharge charge)
    {
        var status = GrpcCalls.HttpStatusOf(context, body, call);

        // The caller chooses the moment to leave, so its leaving is never the server's failure, whatever was made of it.
        var hasLeft = status == StatusCodes.Status499ClientClosedRequest || (status >= StatusCodes.Status500InternalServerError && body.IsBroken);
        return hasLeft ? guard.FailAsync(charge, new OperationCanceledException(), Left) : guard.CompleteAsync(charge, status);
    }
}
