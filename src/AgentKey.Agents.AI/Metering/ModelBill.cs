using AgentKey.Agents.AI.Prices;
using AgentKey.Money;

namespace AgentKey.Agents.AI.Metering;

/// <summary>What a model call costs, once it is over.</summary>
internal sealed class ModelBill(MeteringOptions options, TokenEstimator estimator, ToolPayment held, TimeSpan timeToLive)
{
    /// <summary>The cost of an answer.</summary>
    /// <param name="request">The call.</param>
    /// <param name="answer">What came.</param>
    /// <param name="isComplete">Whether it came to its end.</param>
    public Cost Of(ModelRequest request, ObservedAnswer answer, bool isComplete)
    {
        if (request.Price is null)
        {
            return held.Cost;
        }

        if ((isComplete || answer.HasFinalUsage) && Reported(request, answer) is { } reported)
        {
            return PriceOf(request, answer, reported).Of(reported);
        }

        return options.Unmetered switch
        {
            UnmeteredOutcome.Hold => request.Most,
            UnmeteredOutcome.Nothing => Cost.Zero,
            _ => Observed(request, answer),
        };
    }

    /// <summary>What the provider reported of an answer that is over, where the policy decides about a half that is missing; null when it reported nothing.</summary>
    private TokenUsage? Reported(ModelRequest request, ObservedAnswer answer) => options.Unmetered switch
    {
        UnmeteredOutcome.Hold => answer.UsageOr(request.InputTokens, request.OutputCap),
        UnmeteredOutcome.Nothing => answer.UsageOr(0, 0),
        _ => answer.UsageOr(request.InputTokens, answer.CountTokens(estimator)),
    };

    private Cost Observed(ModelRequest request, ObservedAnswer answer)
    {
        var usage = answer.UsageOr(request.InputTokens, 0) ?? new TokenUsage(request.InputTokens, 0, 0, 0);
        usage = usage with { Output = Math.Max(usage.Output, answer.CountTokens(estimator, usage.Reasoning)) };
        return PriceOf(request, answer, usage).Of(usage);
    }

    /// <summary>
    /// The price at the time of the hold on the store's clock, which the money obeys, of the model that answered; or,
    /// where the book does not know that one, of the model that was asked.
    /// </summary>
    private TokenPrice PriceOf(ModelRequest request, ObservedAnswer answer, TokenUsage usage)
    {
        var heldAt = held.HeldUntil!.Value - timeToLive;
        var book = options.Prices!.Current;
        return book.Find(answer.Model, heldAt, usage.AllInput) ?? book.Find(request.Model, heldAt, usage.AllInput) ?? request.Price!;
    }
}
