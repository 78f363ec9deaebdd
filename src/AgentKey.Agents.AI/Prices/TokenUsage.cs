using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Prices;

/// <summary>The tokens of one model call, split so that each is counted once.</summary>
/// <param name="Input">Tokens that were read and came from no cache.</param>
/// <param name="CachedInput">Tokens that were read from the provider's cache.</param>
/// <param name="Output">Tokens that were written for the caller.</param>
/// <param name="Reasoning">Tokens that the model wrote for itself.</param>
public readonly record struct TokenUsage(long Input, long CachedInput, long Output, long Reasoning)
{
    // No model call comes near it: a count above it is a fault of the provider, not a bill.
    private const long MaxCount = 1_000_000_000_000;

    /// <summary>Tokens of audio that were heard.</summary>
    public long AudioInput { get; init; }

    /// <summary>Tokens of audio that were spoken.</summary>
    public long AudioOutput { get; init; }

    /// <summary>All tokens that were read: what decides the tier of a price.</summary>
    public long AllInput => Input + CachedInput + AudioInput;

    /// <summary>All tokens that were written.</summary>
    public long AllOutput => Output + Reasoning + AudioOutput;

    /// <summary>Copies what a provider reported, because others add to the same object later.</summary>
    /// <returns>
    /// <see langword="null"/> when nothing usable was reported: a count that cannot be, or only one of input and output,
    /// without a total that tells the other.
    /// </returns>
    public static TokenUsage? Of(UsageDetails? details) => Of(details, missingInput: null, missingOutput: null);

    /// <summary>The same, with estimates for a half that was not reported and that no total tells.</summary>
    internal static TokenUsage? Of(UsageDetails? details, long? missingInput, long? missingOutput)
    {
        if (details is null or { InputTokenCount: null, OutputTokenCount: null })
        {
            return null;
        }

        if (Half(details.InputTokenCount, details.OutputTokenCount, details.TotalTokenCount, missingInput) is not { } input
            || Half(details.OutputTokenCount, details.InputTokenCount, details.TotalTokenCount, missingOutput) is not { } output)
        {
            return null;
        }

#pragma warning disable MEAI001 // Nothing else tells how much of it was audio.
        var (audioInput, audioOutput) = (details.InputAudioTokenCount ?? 0, details.OutputAudioTokenCount ?? 0);
#pragma warning restore MEAI001
        var (cached, reasoning) = (details.CachedInputTokenCount ?? 0, details.ReasoningTokenCount ?? 0);
        long[] counts = [input, cached, audioInput, output, reasoning, audioOutput];
        if (!counts.All(count => count is >= 0 and <= MaxCount))
        {
            return null;
        }

        var (read, fromCache) = Split(input, audioInput, cached);
        var (written, thought) = Split(output, audioOutput, reasoning);
        return new TokenUsage(read, fromCache, written, thought) { AudioInput = audioInput, AudioOutput = audioOutput };
    }

    private static long? Half(long? reported, long? other, long? total, long? missing) =>
        reported ?? (total >= other ? total - other : missing);

    // A token may be of both parts, audio from the cache: it is paid once, as audio.
    private static (long Others, long Part) Split(long whole, long audio, long part)
    {
        var left = Rest(whole, audio);
        return part > left && part <= whole ? (0, left) : (Rest(left, part), part);
    }

    // The part is counted in the whole, as Microsoft.Extensions.AI asks for. A part above its whole shows a provider
    // that counts them apart, and then both are to be paid.
    private static long Rest(long whole, long part) => part <= whole ? whole - part : whole;
}
