using AgentKey.Money;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>Asks the client's human before a dear call is paid for. Every approval is good for one call.</summary>
internal sealed class CallApproval(CallRounds rounds, IOptions<AgentKeysMcpOptions> options)
{
    /// <summary>The name of the question among those that a client is asked.</summary>
    public const string Question = "agentkey.approval";

    /// <summary>What the human of one call has agreed to, and can be asked.</summary>
    /// <param name="facts">Which call it is.</param>
    /// <param name="context">How it came.</param>
    /// <param name="earlier">What the round before left.</param>
    /// <param name="operationId">The id under which the call would be paid for, if its caller chose one.</param>
    public CallConsent Of<TParams>(CallFacts facts, RequestContext<TParams> context, SealedRound? earlier, string? operationId)
        where TParams : RequestParams => new(facts, context.Server, rounds, options.Value)
        {
            // What was approved stands above what the caller says now.
            OperationId = earlier?.ApprovalId ?? operationId,
            WasAsked = earlier?.ApprovalId is not null,
            Agreed = earlier?.ApprovalId is not null && IsApproved(context.Params) ? Cost.FromMicroCents(earlier.ApprovalPrice) : null,
        };

    private static bool IsApproved(RequestParams parameters)
    {
        if (parameters.InputResponses is not { } responses || !responses.Remove(Question, out var response))
        {
            return false;
        }

        return response.Deserialize(InputResponse.ElicitResultJsonTypeInfo) is { IsAccepted: true };
    }
}
