using AgentKey.Money;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.Agents.Mcp.Calls;

/// <summary>
/// Carries one payment through the rounds of a call. The client holds the state between them, so it is sealed, and good
/// only for the same caller, name and arguments, and for a while. That each is used once is the guard's business.
/// </summary>
internal sealed class CallRounds(StateSeal seal, IOptions<AgentKeysMcpOptions> options, TimeProvider time)
{
    /// <summary>What the earlier round left; <see langword="null"/> in the first one.</summary>
    /// <exception cref="McpProtocolException">The state was not made here for this call, or is too old.</exception>
    public SealedRound? Open(CallFacts facts, string? state)
    {
        if (state is null)
        {
            return null;
        }

        return seal.TryOpen(state, out var round)
            && round.Kind == facts.Kind
            && round.Name == facts.Name
            && round.Caller == facts.Caller
            && round.Arguments == ArgumentsHash.Of(facts.Arguments)
            && round.Askable == facts.Askable
            && time.GetUtcNow().ToUnixTimeSeconds() < round.Until
                ? round
                : throw new McpProtocolException(
                    "The requestState was not given out for this call, or is too old. Call again without it.", McpErrorCode.InvalidParams);
    }

    /// <summary>The same question to the client, whose state now carries what was paid.</summary>
    public InputRequiredException Suspend(CallFacts facts, InputRequiredResult question, ToolPayment? payment) =>
        Ask(facts, question, round => round with { Payment = payment is null ? null : SealedPayment.Of(payment), Inner = question.RequestState });

    /// <summary>The question whether to pay so much.</summary>
    public InputRequiredException AskFirst(CallFacts facts, InputRequiredResult question, string approvalId, Cost price) =>
        Ask(facts, question, round => round with { ApprovalId = approvalId, ApprovalPrice = price.MicroCents });

    private InputRequiredException Ask(CallFacts facts, InputRequiredResult question, Func<SealedRound, SealedRound> complete)
    {
        var round = new SealedRound
        {
            Kind = facts.Kind,
            Name = facts.Name,
            Caller = facts.Caller,
            Arguments = ArgumentsHash.Of(facts.Arguments),
            Askable = facts.Askable,
            Until = (time.GetUtcNow() + options.Value.StateLifetime).ToUnixTimeSeconds(),
        };
        return new InputRequiredException(new InputRequiredResult
        {
            InputRequests = question.InputRequests,
            RequestState = seal.Close(complete(round)),
            Meta = question.Meta,
        });
    }
}
