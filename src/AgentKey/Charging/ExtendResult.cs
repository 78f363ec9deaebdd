namespace AgentKey.Charging;

/// <summary>The answer to extending a hold.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="ExpiresAt">When it expires now; <see langword="null"/> when it was not extended. Never earlier than before.</param>
public sealed record ExtendResult(ExtendOutcome Outcome, DateTimeOffset? ExpiresAt);
