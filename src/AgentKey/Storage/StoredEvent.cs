namespace AgentKey.Storage;

/// <summary>Something to tell, as the outbox holds it.</summary>
/// <param name="Id">What it is about. A second event with the same id adds its count to the first and is not told again.</param>
/// <param name="Type">One of <see cref="Events.EventTypes"/>.</param>
/// <param name="At">When it happened, on the store's clock.</param>
/// <param name="Data">A JSON object.</param>
/// <param name="Count">How many times it happened.</param>
/// <param name="DueCount">How many times it has to happen before it is told.</param>
public sealed record StoredEvent(string Id, string Type, DateTimeOffset At, string Data, int Count, int DueCount);
