using AgentKey.Agents.AI.Metering;
using AgentKey.Agents.AI.Prices;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Agents.AI;

/// <summary>Settings of the meter of a chat client. Read once, when the client is built.</summary>
public sealed class MeteringOptions
{
    /// <summary>The guard; <see langword="null"/> for the one of the builder's services.</summary>
    public ToolGuard? Guard { get; set; }

    /// <summary>What tokens cost. Required.</summary>
    public IPriceSource? Prices { get; set; }

    /// <summary>Who pays; <see langword="null"/> for the caller that is bound around each call. A call without either is refused.</summary>
    public Caller? Caller { get; set; }

    /// <summary>The scope that a key needs for model calls.</summary>
    public string Scope { get; set; } = "model.chat";

    /// <summary>The most tokens of output, sent with each call that does not say so itself: what is held is then really the most.</summary>
    public int OutputCap { get; set; } = 4096;

    /// <summary>How long held money outlives a process that died, or a stream that nobody reads on: 2 seconds to 7 days.</summary>
    public TimeSpan HoldTimeToLive { get; set; } = ToolPolicy.DefaultHoldTimeToLive;

    /// <summary>
    /// What a call costs whose model has no price; <see langword="null"/> refuses it. A key without any budget may make
    /// it for nothing.
    /// </summary>
    public Cost? UnknownModelCost { get; set; }

    /// <summary>What a call costs when the provider does not say what it used.</summary>
    public UnmeteredOutcome Unmetered { get; set; } = UnmeteredOutcome.Observed;

    /// <summary>
    /// Whether a failure, before anything was answered, proves that the provider billed nothing; then the call costs
    /// nothing. The default knows HTTP refusals (4xx) and connections that were never made. When it throws itself, it proves
    /// nothing.
    /// </summary>
    public Func<Exception, bool> IsUnbilled { get; set; } = ProviderFailure.IsUnbilled;

    /// <summary>Counts the tokens of a text, to estimate what a call will read. The default counts as GPT-4o and later models do.</summary>
    public Func<string, int> CountTokens { get; set; } = TokenEstimator.CountO200k;

    /// <summary>The estimate for an image or another attachment whose tokens cannot be counted.</summary>
    public int TokensPerAttachment { get; set; } = 2048;

    /// <summary>How an agent ends whose budget runs out; <see langword="null"/> lets its next call fail.</summary>
    public FinishUp? FinishUp { get; set; }

    internal void Validate()
    {
        if (Prices is null)
        {
            throw new InvalidFieldException(nameof(Prices), "is missing", "a price book, e.g. new PriceFile(\"prices.json\")");
        }

        RequireQuestion(nameof(IsUnbilled), IsUnbilled);
        RequireQuestion(nameof(CountTokens), CountTokens);
        RequirePositive(nameof(OutputCap), OutputCap);
        RequirePositive(nameof(TokensPerAttachment), TokensPerAttachment);
        if (FinishUp is not null)
        {
            RequirePositive(nameof(FinishUp.LeastOutput), FinishUp.LeastOutput);
        }
    }

    private static void RequireQuestion(string field, Delegate? question)
    {
        if (question is null)
        {
            throw new InvalidFieldException(field, "is missing", "a function, or the default when it is not set");
        }
    }

    private static void RequirePositive(string field, int count)
    {
        if (count <= 0)
        {
            throw new InvalidFieldException(field, "is not positive", "a number of tokens of at least 1, e.g. 2048");
        }
    }
}
