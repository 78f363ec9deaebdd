using AgentKey.Charging;
using AgentKey.Money;
using Microsoft.Extensions.Options;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>Asks the client's human before a dear call is paid for. Every approval is good for one call.</summary>
internal sealed class CallApproval(CallRounds rounds, IOptions<AgentKeysMcpOptions> options)
{
    private const string Question = "agentkey.approval";

    /// <summary>Returns when the call may be paid for.</summary>
    /// <param name="policy">What the call costs.</param>
    /// <param name="facts">Which call it is.</param>
    /// <param name="context">How it came.</param>
    /// <param name="earlier">What the round before left.</param>
    /// <param name="operationId">The id under which the call would be paid for, if its caller chose one.</param>
    /// <returns>The id under which it shall be paid for. One that was approved stands above what the caller says now.</returns>
    /// <exception cref="InputRequiredException">Somebody has to be asked first.</exception>
    /// <exception cref="ToolDeniedException">Somebody was asked and did not agree, or nobody can be asked.</exception>
    public string? Require<TParams>(
        ToolPolicy policy, CallFacts facts, RequestContext<TParams> context, SealedRound? earlier, string? operationId)
        where TParams : RequestParams
    {
        if (options.Value.AskAbove is not { } limit || ArgumentPrice.Find(policy.Price, facts.Arguments) is not { } price || price <= limit)
        {
            return operationId;
        }

        if (earlier?.ApprovalId is { } approvalId)
        {
            return IsApproved(context.Params) ? approvalId : throw Refuse(price);
        }

        var question = Ask(facts, price);
        if (Suspension.CanGoOn(context.Server, question))
        {
            throw rounds.AskFirst(facts, question, operationId ?? $"mcp-approved-{Guid.CreateVersion7():N}");
        }

        return options.Value.WhenNobodyCanBeAsked == UnaskedOutcome.Run ? operationId : throw Refuse(price);
    }

    private static InputRequiredResult Ask(CallFacts facts, Cost price) => new()
    {
        InputRequests = new Dictionary<string, InputRequest>
        {
            [Question] = InputRequest.ForElicitation(new ElicitRequestParams
            {
                Message = $"The {facts.Kind} {facts.Name} costs {price}. Continue?",
                RequestedSchema = new ElicitRequestParams.RequestSchema(),
            }),
        },
    };

    private static bool IsApproved(RequestParams parameters)
    {
        if (parameters.InputResponses is not { } responses || !responses.Remove(Question, out var response))
        {
            return false;
        }

        return response.Deserialize(InputResponse.ElicitResultJsonTypeInfo) is { IsAccepted: true };
    }

    private static ToolDeniedException Refuse(Cost price) => new(new Denial { Reason = DenialCode.NotApproved, Cost = price });
}
