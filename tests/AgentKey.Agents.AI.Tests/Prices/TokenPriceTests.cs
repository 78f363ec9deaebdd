using System.Numerics;
using AgentKey.Agents.AI.Prices;
using AgentKey.Money;
using CsCheck;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Tests.Prices;

public sealed class TokenPriceTests
{
    private static readonly Gen<TokenPrice> AnyPrice = Gen.Select(
        Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue],
        Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue], Gen.Long[0, long.MaxValue],
        (input, cached, audioInput, output, reasoning, audioOutput) => new TokenPrice(Cost.FromMicroCents(input), Cost.FromMicroCents(output))
        {
            CachedInput = Cost.FromMicroCents(cached),
            AudioInput = Cost.FromMicroCents(audioInput),
            Reasoning = Cost.FromMicroCents(reasoning),
            AudioOutput = Cost.FromMicroCents(audioOutput),
        });

    private static readonly Gen<TokenUsage> AnyUsage = Gen.Select(
        Gen.Long[0, 2_000_000], Gen.Long[0, 2_000_000], Gen.Long[0, 2_000_000],
        Gen.Long[0, 2_000_000], Gen.Long[0, 2_000_000], Gen.Long[0, 2_000_000],
        (input, cached, audioInput, output, reasoning, audioOutput) =>
            new TokenUsage(input, cached, output, reasoning) { AudioInput = audioInput, AudioOutput = audioOutput });

    [Fact]
    public void Each_kind_of_token_has_its_price()
    {
        var price = new TokenPrice(Cost.ParseDollars("2.50"), Cost.ParseDollars("10"))
        {
            CachedInput = Cost.ParseDollars("1.25"),
            Reasoning = Cost.ParseDollars("20"),
            AudioInput = Cost.ParseDollars("40"),
            AudioOutput = Cost.ParseDollars("80"),
        };

        // 1000 × $2.50 + 400 × $1.25 + 200 × $10 + 100 × $20, by the million; then 50 × $40 + 25 × $80 more.
        Assert.Equal(Cost.ParseDollars("0.0070"), price.Of(new TokenUsage(1000, 400, 200, 100)));
        Assert.Equal(Cost.ParseDollars("0.0110"), price.Of(new TokenUsage(1000, 400, 200, 100) { AudioInput = 50, AudioOutput = 25 }));
    }

    [Fact]
    public void Four_parts_of_a_micro_cent_round_up_once()
    {
        // A quarter of a micro-cent each: together exactly one.
        var price = new TokenPrice(Cost.FromMicroCents(250_000), Cost.FromMicroCents(250_000));

        Assert.Equal(1, price.Of(new TokenUsage(1, 1, 1, 1)).MicroCents);
        Assert.Equal(1, price.Of(new TokenUsage(1, 0, 0, 0)).MicroCents);
        Assert.Equal(2, price.Of(new TokenUsage(2, 1, 1, 1)).MicroCents);
        Assert.Equal(0, price.Of(default).MicroCents);
    }

    [Fact]
    public void Any_price_of_any_usage_is_the_exact_sum_rounded_up() => Gen.Select(AnyPrice, AnyUsage).Sample((price, usage) =>
    {
        var exact = (new BigInteger(usage.Input) * price.Input.MicroCents) + (new BigInteger(usage.CachedInput) * price.CachedInput.MicroCents)
            + (new BigInteger(usage.Output) * price.Output.MicroCents) + (new BigInteger(usage.Reasoning) * price.Reasoning.MicroCents)
            + (new BigInteger(usage.AudioInput) * price.AudioInput.MicroCents) + (new BigInteger(usage.AudioOutput) * price.AudioOutput.MicroCents);
        var expected = BigInteger.Min(long.MaxValue, (exact + 999_999) / 1_000_000);
        Assert.Equal(expected, price.Of(usage).MicroCents);
    });

    [Fact]
    public void The_most_that_a_call_can_cost_is_never_less_than_what_it_costs() => Gen.Select(AnyPrice, AnyUsage).Sample((price, usage) =>
        Assert.True(price.Of(usage) <= price.MostOf(usage.AllInput, usage.AllOutput)));

    [Fact]
    public void Output_that_fits_into_an_amount_costs_no_more_than_it() => Gen.Select(AnyPrice, Gen.Long[0, 1_000_000_000]).Sample((price, microCents) =>
    {
        var tokens = price.OutputWithin(Cost.FromMicroCents(microCents));
        Assert.True(price.MostOf(0, Math.Min(tokens, 1_000_000_000)).MicroCents <= microCents);
    });

    [Fact]
    public void A_part_is_counted_once_within_its_whole_and_beside_it_when_it_cannot_be_in_it()
    {
        Assert.Equal(
            new TokenUsage(60, 40, 10, 20),
            TokenUsage.Of(new UsageDetails { InputTokenCount = 100, CachedInputTokenCount = 40, OutputTokenCount = 30, ReasoningTokenCount = 20 }));
        Assert.Equal(
            new TokenUsage(10, 400, 5, 9),
            TokenUsage.Of(new UsageDetails { InputTokenCount = 10, CachedInputTokenCount = 400, OutputTokenCount = 5, ReasoningTokenCount = 9 }));
    }

    [Fact]
    public void Audio_is_a_part_as_any_other_and_audio_from_the_cache_is_counted_once_as_audio()
    {
        Assert.Equal(
            new TokenUsage(30, 20, 5, 10) { AudioInput = 50, AudioOutput = 15 },
            TokenUsage.Of(new UsageDetails
            {
                InputTokenCount = 100,
                CachedInputTokenCount = 20,
                InputAudioTokenCount = 50,
                OutputTokenCount = 30,
                ReasoningTokenCount = 10,
                OutputAudioTokenCount = 15,
            }));
        Assert.Equal(
            new TokenUsage(0, 40, 0, 0) { AudioInput = 60 },
            TokenUsage.Of(new UsageDetails { InputTokenCount = 100, CachedInputTokenCount = 90, InputAudioTokenCount = 60, OutputTokenCount = 0 }));
        Assert.Equal(
            new TokenUsage(10, 0, 5, 0) { AudioInput = 200, AudioOutput = 9 },
            TokenUsage.Of(new UsageDetails { InputTokenCount = 10, InputAudioTokenCount = 200, OutputTokenCount = 5, OutputAudioTokenCount = 9 }));
        Assert.Null(TokenUsage.Of(new UsageDetails { InputTokenCount = 10, InputAudioTokenCount = -1, OutputTokenCount = 5 }));
    }

    [Fact]
    public void A_half_that_is_missing_is_what_the_total_leaves_for_it()
    {
        Assert.Equal(new TokenUsage(7, 0, 5, 0), TokenUsage.Of(new UsageDetails { InputTokenCount = 7, TotalTokenCount = 12 }));
        Assert.Equal(new TokenUsage(3, 4, 5, 0), TokenUsage.Of(new UsageDetails { CachedInputTokenCount = 4, OutputTokenCount = 5, TotalTokenCount = 12 }));
    }

    [Fact]
    public void Counts_that_cannot_be_are_no_usage()
    {
        Assert.Null(TokenUsage.Of(new UsageDetails { InputTokenCount = 7 }));
        Assert.Null(TokenUsage.Of(new UsageDetails { OutputTokenCount = 13, TotalTokenCount = 12 }));
        Assert.Null(TokenUsage.Of(null));
        Assert.Null(TokenUsage.Of(new UsageDetails { TotalTokenCount = 12 }));
        Assert.Null(TokenUsage.Of(new UsageDetails { InputTokenCount = -1, OutputTokenCount = 5 }));
        Assert.Null(TokenUsage.Of(new UsageDetails { InputTokenCount = 1, OutputTokenCount = long.MaxValue }));
    }

    [Fact]
    public void A_negative_count_is_no_way_to_a_cheaper_call() =>
        Assert.Throws<OverflowException>(() => new TokenPrice(Cost.FromCents(1), Cost.FromCents(1)).Of(new TokenUsage(5, -1, 0, 0)));
}
