using AgentKey.Charging;
using AgentKey.Money;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>Whether one call may be paid for, as far as its client's human is concerned.</summary>
internal sealed class CallConsent(CallFacts facts, McpServer server, CallRounds rounds, AgentKeysMcpOptions options)
{
    /// <summary>The id under which the call shall be paid for, so that one approval buys one call.</summary>
    public required string? OperationId { get; init; }

    /// <summary>Whether the round before was the question.</summary>
    public required bool WasAsked { get; init; }

    /// <summary>The price that was agreed to.</summary>
    public required Cost? Agreed { get; init; }

    /// <summary>The question that the client has to be asked before the call, once it was found to be needed.</summary>
    public InputRequiredException? Question { get; private set; }

    /// <summary>Returns when a call at this price may be paid for.</summary>
    /// <exception cref="InputRequiredException">Somebody has to be asked first.</exception>
    /// <exception cref="ToolDeniedException">Somebody was asked and did not agree, or nobody can be asked.</exception>
    public void Require(Cost price)
    {
        if (options.AskAbove is not { } limit || price <= limit || price <= Agreed)
        {
            return;
        }

        if (WasAsked && Agreed is null)
        {
            throw Refuse(price);
        }

        var question = Ask(price);
        if (Suspension.CanGoOn(server, question))
        {
            throw Question = rounds.AskFirst(facts, question, OperationId ?? $"mcp-approved-{Guid.CreateVersion7():N}", price);
        }

        if (options.WhenNobodyCanBeAsked != UnaskedOutcome.Run)
        {
            throw Refuse(price);
        }
    }

    private InputRequiredResult Ask(Cost price) => new()
    {
        InputRequests = new Dictionary<string, InputRequest>
        {
            [CallApproval.Question] = InputRequest.ForElicitation(new ElicitRequestParams
            {
                Message = $"The {facts.Kind} {facts.Name} costs {price}. Continue?",
                RequestedSchema = new ElicitRequestParams.RequestSchema(),
            }),
        },
    };

    private static ToolDeniedException Refuse(Cost price) => new(new Denial { Reason = DenialCode.NotApproved, Cost = price });
}
