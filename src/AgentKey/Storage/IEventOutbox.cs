namespace AgentKey.Storage;

/// <summary>The events that wait for delivery. Several processes may deliver at once: a claim is one process's alone.</summary>
/// <remarks>Throws as <see cref="IKeyStore"/> does. Safe for use from several threads.</remarks>
public interface IEventOutbox
{
    /// <summary>Takes events that are due, oldest first, for as long as <paramref name="claim"/>; afterwards they are due again.</summary>
    Task<IReadOnlyList<ClaimedEvent>> ClaimAsync(int most, TimeSpan claim, CancellationToken cancellationToken);

    /// <summary>The newest events of a type, newest first, whether due, delivered or neither. Takes none.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadAsync(string type, int most, CancellationToken cancellationToken);

    /// <summary>Records that an event was delivered; it is never due again.</summary>
    Task CompleteAsync(string eventId, CancellationToken cancellationToken);

    /// <summary>Makes a claimed event due again after a delay.</summary>
    Task PostponeAsync(string eventId, TimeSpan delay, CancellationToken cancellationToken);

    /// <summary>Writes an event for every live key that expires within the given time, once for each expiry.</summary>
    /// <returns>How many were new.</returns>
    Task<int> NoteExpiringAsync(TimeSpan within, CancellationToken cancellationToken);

    /// <summary>Forgets events that happened longer ago than the given age and were delivered or never came due.</summary>
    /// <returns>How many were removed.</returns>
    Task<int> PruneAsync(TimeSpan age, CancellationToken cancellationToken);
}
