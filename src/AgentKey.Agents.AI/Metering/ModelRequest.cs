using AgentKey.Agents.AI.Prices;
using AgentKey.Money;
using Microsoft.Extensions.AI;

namespace AgentKey.Agents.AI.Metering;

/// <summary>A model call as it is going to be sent, and the most that it can cost.</summary>
/// <param name="Messages">The conversation.</param>
/// <param name="Options">The options, which are the meter's own copy.</param>
/// <param name="Model">The model; null when neither the call nor the client names one.</param>
/// <param name="InputTokens">The estimate of what the model reads.</param>
/// <param name="OutputCap">The most tokens that it may write.</param>
/// <param name="Price">The price by which money is held; null when the book has none.</param>
internal sealed record ModelRequest(
    IReadOnlyList<ChatMessage> Messages, ChatOptions Options, string? Model, long InputTokens, int OutputCap, TokenPrice? Price)
{
    /// <summary>The most that it can cost, as far as the estimate holds; zero without a price.</summary>
    public Cost Most => Price?.MostOf(InputTokens, OutputCap) ?? Cost.Zero;

    /// <summary>The same call with a hint to come to an end.</summary>
    public ModelRequest WithHint(string hint, long hintTokens)
    {
        var options = Options.Clone();
        options.Instructions = options.Instructions is { Length: > 0 } instructions ? $"{instructions}\n\n{hint}" : hint;
        return this with { Options = options, InputTokens = InputTokens + hintTokens };
    }

    /// <summary>
    /// The same call without the use of tools, and with no more output than an amount buys. What is worth making it for it
    /// asks for all the same, and then costs more than the amount.
    /// </summary>
    public ModelRequest Final(Cost left, int leastOutput)
    {
        var input = Price!.MostOf(InputTokens, 0);
        var within = input < left ? Price.OutputWithin(Cost.FromMicroCents(left.MicroCents - input.MicroCents)) : 0;
        var cap = (int)Math.Clamp(within, Math.Min(leastOutput, OutputCap), OutputCap);
        var options = Options.Clone();
        options.MaxOutputTokens = cap;
        options.ToolMode = options.Tools is { Count: > 0 } ? ChatToolMode.None : options.ToolMode;
        return this with { Options = options, OutputCap = cap };
    }
}
