namespace AgentKey.Storage;

/// <summary>An event that the claimer may deliver until its claim ends.</summary>
/// <param name="Event">The event.</param>
/// <param name="Attempt">Which attempt this is, counted from 1.</param>
public sealed record ClaimedEvent(StoredEvent Event, int Attempt);
