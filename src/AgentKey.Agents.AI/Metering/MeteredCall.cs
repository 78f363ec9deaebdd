using AgentKey.Money;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Metering;

/// <summary>A model call for which money is held. It ends once, by <see cref="EndAsync"/> or <see cref="FailAsync"/>.</summary>
internal sealed record MeteredCall(ToolGuard Guard, ToolCharge Charge, ModelBill Bill)
{
    /// <summary>The call to make.</summary>
    public required ModelRequest Request { get; init; }

    /// <summary>What the key could still spend after the hold; null for a key without a budget.</summary>
    public Cost? Remaining => Charge.Remaining;

    /// <summary>What came of the answer.</summary>
    public ObservedAnswer Answer { get; } = new();

    /// <summary>Settles at what the call cost.</summary>
    public ValueTask EndAsync(bool isComplete) => Guard.CompleteAsync(Charge, default(ChatResponse), () => Bill.Of(Request, Answer, isComplete));

    /// <summary>Settles a call that threw: nothing when surely nothing was billed, and otherwise as one that was cut off.</summary>
    public ValueTask FailAsync(Exception failure, Func<Exception, bool> isUnbilled) =>
        !Answer.HasContent && !Answer.HasUsage && Proves(isUnbilled, failure) ? CancelAsync() : EndAsync(isComplete: false);

    /// <summary>Returns the money of a call that was not made.</summary>
    public ValueTask CancelAsync() => Guard.EndAsync(Charge, FailureOutcome.Refund);

    private static bool Proves(Func<Exception, bool> isUnbilled, Exception failure)
    {
        try
        {
            return isUnbilled(failure);
        }
        catch (Exception)
        {
            // A question that fails proves nothing, and the provider's failure is what the caller has to see.
            return false;
        }
    }
}
