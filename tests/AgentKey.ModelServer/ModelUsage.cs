namespace AgentKey.ModelServer;

/// <summary>What the server says it used. Cached input is part of the input, and reasoning part of the output, as OpenAI counts.</summary>
/// <param name="Input">Tokens that were read.</param>
/// <param name="Output">Tokens that were written, reasoning included.</param>
/// <param name="CachedInput">Those of the input that came from the provider's cache.</param>
/// <param name="Reasoning">Those of the output that nobody sees.</param>
public sealed record ModelUsage(long Input, long Output, long CachedInput = 0, long Reasoning = 0);
