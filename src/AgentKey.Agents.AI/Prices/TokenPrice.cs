using AgentKey.Money;

namespace AgentKey.Agents.AI.Prices;

/// <summary>What a million tokens of each kind cost. Immutable.</summary>
public sealed record TokenPrice
{
    private const int TokensPerPrice = 1_000_000;

    /// <summary>Creates a price.</summary>
    /// <param name="input">For a million tokens that the model reads.</param>
    /// <param name="output">For a million tokens that the model writes.</param>
    public TokenPrice(Cost input, Cost output) =>
        (Input, CachedInput, AudioInput, Output, Reasoning, AudioOutput) = (input, input, input, output, output, output);

    /// <summary>For a million tokens that the model reads.</summary>
    public Cost Input { get; }

    /// <summary>For a million tokens that the provider had in its cache. The same as <see cref="Input"/> unless it is said.</summary>
    public Cost CachedInput { get; init; }

    /// <summary>For a million tokens of audio that the model hears. The same as <see cref="Input"/> unless it is said.</summary>
    public Cost AudioInput { get; init; }

    /// <summary>For a million tokens that the model writes.</summary>
    public Cost Output { get; }

    /// <summary>For a million tokens that the model writes for itself. The same as <see cref="Output"/> unless it is said.</summary>
    public Cost Reasoning { get; init; }

    /// <summary>For a million tokens of audio that the model speaks. The same as <see cref="Output"/> unless it is said.</summary>
    public Cost AudioOutput { get; init; }

    private Cost DearestInput => Max(Max(Input, CachedInput), AudioInput);

    private Cost DearestOutput => Max(Max(Output, Reasoning), AudioOutput);

    /// <summary>What so many tokens cost: exact, and rounded up once to a whole micro-cent.</summary>
    /// <returns>At most <see cref="Cost.MaxValue"/>, which no budget affords.</returns>
    /// <exception cref="OverflowException">A count is negative.</exception>
    public Cost Of(TokenUsage usage)
    {
        ReadOnlySpan<UInt128> parts =
        [
            Times(usage.Input, Input), Times(usage.CachedInput, CachedInput), Times(usage.AudioInput, AudioInput),
            Times(usage.Output, Output), Times(usage.Reasoning, Reasoning), Times(usage.AudioOutput, AudioOutput),
        ];

        // Whole micro-cents and what is left of them apart: six of the largest parts would not fit into one number.
        UInt128 microCents = 0, rest = TokensPerPrice - 1;
        foreach (var part in parts)
        {
            microCents += part / TokensPerPrice;
            rest += part % TokensPerPrice;
        }

        microCents += rest / TokensPerPrice;
        return microCents <= long.MaxValue ? Cost.FromMicroCents((long)microCents) : Cost.MaxValue;
    }

    /// <summary>The most that so many tokens can cost, whatever kinds they turn out to be.</summary>
    internal Cost MostOf(long input, long output) => new TokenPrice(DearestInput, DearestOutput).Of(new TokenUsage(input, 0, output, 0));

    /// <summary>How many tokens of output fit into an amount.</summary>
    internal long OutputWithin(Cost amount)
    {
        var dearest = DearestOutput.MicroCents;
        return dearest == 0 ? long.MaxValue : (long)Int128.Min((Int128)amount.MicroCents * TokensPerPrice / dearest, long.MaxValue);
    }

    private static UInt128 Times(long count, Cost price) => checked((UInt128)count * (UInt128)price.MicroCents);

    private static Cost Max(Cost left, Cost right) => left > right ? left : right;
}
