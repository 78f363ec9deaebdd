using AgentKey.Charging;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>
/// The innermost filter around one kind of call: refuses what carries no guard, binds who calls, carries one payment
/// through all rounds of a call, and tells the caller what is left. Charges nothing: the guard inside does.
/// </summary>
internal sealed partial class CallGate<TParams, TResult>(
    ServedKind<TParams, TResult> kind, McpCallerResolver callers, CallRounds rounds, CallApproval approval, AgentKeysMcpOptions options, ILogger logger)
    where TParams : RequestParams
    where TResult : Result
{
    public McpRequestHandler<TParams, TResult> Around(McpRequestHandler<TParams, TResult> next) =>
        (context, cancellationToken) => PassAsync(next, context, cancellationToken);

    private async ValueTask<TResult> PassAsync(
        McpRequestHandler<TParams, TResult> next, RequestContext<TParams> context, CancellationToken cancellationToken)
    {
        if (kind.MetadataOf(context.MatchedPrimitive) is not { } metadata)
        {
            // A name that matches nothing is left to the SDK's own error, unless a hand-written handler would serve it.
            return kind.HasHandler(context.Server.ServerOptions.Handlers)
                ? RefuseUnguarded(context)
                : await next(context, cancellationToken).ConfigureAwait(false);
        }

        var served = ServedPolicy.Of(metadata);
        if (!served.IsServed)
        {
            return RefuseUnguarded(context);
        }

        var caller = callers.Find(context);
        try
        {
            if (served.Policy is { IsPublic: false } policy)
            {
                return await PassGuardedAsync(next, context, caller, policy, cancellationToken).ConfigureAwait(false);
            }

            // What costs nothing itself may call what does.
            using var binding = CallerScope.Bind(caller);
            return await next(context, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolDeniedException denied)
        {
            return Refuse(denied.Denial);
        }
    }

    private async ValueTask<TResult> PassGuardedAsync(
        McpRequestHandler<TParams, TResult> next, RequestContext<TParams> context, Keys.Caller? caller, ToolPolicy policy, CancellationToken cancellationToken)
    {
        var facts = new CallFacts(kind.Word, kind.NameOf(context.Params), McpCallerResolver.NameOf(context), kind.ArgumentsOf(context.Params), Suspension.AskableOf(context.Server));
        var earlier = rounds.Open(facts, context.Params.RequestState);
        var consent = approval.Of(facts, context, earlier, IdempotencyKey.Find(facts, context.Params.Meta));
        if (earlier?.Payment is null && ArgumentPrice.Find(policy.Price, facts.Arguments) is { } price)
        {
            consent.Require(price);
        }

        var call = new ToolCall
        {
            OperationId = consent.OperationId,
            // The same question at the price that the call really has: its arguments may not say, or say something else.
            BeforePaying = consent.Require,
            IsSuspension = exception => exception is InputRequiredException asking && Suspension.CanGoOn(context.Server, asking.Result),
            IsFailure = kind.IsFailure,
            Resumed = earlier?.Payment?.Open(),
        };
        context.Params.RequestState = earlier?.Inner;
        using var binding = CallerScope.Bind(caller, call);
        try
        {
            var result = await next(context, cancellationToken).ConfigureAwait(false);
            return call.Charge is { } payment ? kind.Annotate(result, ResultMeta.Of(payment)) : result;
        }
        catch (InputRequiredException suspended) when (suspended != consent.Question && Suspension.CanGoOn(context.Server, suspended.Result))
        {
            throw rounds.Suspend(facts, suspended.Result, call.Charge);
        }
    }

    private TResult RefuseUnguarded(RequestContext<TParams> context)
    {
        LogUnguarded(kind.Word, kind.NameOf(context.Params));
        return Refuse(new Denial { Reason = DenialCode.UnguardedTool });
    }

    private TResult Refuse(Denial denial)
    {
        options.OnRefused?.Invoke(denial);
        return kind.Refuse(denial);
    }

    [LoggerMessage(2101, LogLevel.Error, "The {Kind} {Name} carries no guard and was refused: register its guarded twin instead (WithAgentTools), or tag it [AgentPublic]")]
    private partial void LogUnguarded(string kind, string name);
}
