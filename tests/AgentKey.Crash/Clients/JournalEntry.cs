namespace AgentKey.Crash.Clients;

/// <summary>One line of a client's journal: what it is about to ask, or what it was told.</summary>
/// <param name="Kind"><c>charge</c>, <c>hold</c>, <c>settle</c>, <c>void</c> (of a charge) or <c>release</c> (of a hold).</param>
/// <param name="OperationId">The operation; of one that ends another, the charge or hold that it ends.</param>
/// <param name="Key">The key's number in the run.</param>
/// <param name="MicroCents">The amount asked for.</param>
/// <param name="Answer">What the library said; null while it has said nothing.</param>
public sealed record JournalEntry(string Kind, string OperationId, int Key, long MicroCents, string? Answer)
{
    /// <summary>What identifies the operation across intents, retries and answers.</summary>
    public (string Kind, string OperationId) Id => (Kind, OperationId);
}
