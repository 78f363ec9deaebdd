using AgentKey.AspNetCore.Endpoints;
using AgentKey.AspNetCore.SelfServe;

namespace AgentKey.Serve.AdminPlane;

/// <summary>
/// The keys that requests with an <c>Idempotency-Key</c> have made, for their repetitions: in this process, for a day.
/// Never the secrets. Safe for use from any number of threads.
/// </summary>
internal sealed class KeptMints(TimeProvider? time = null)
{
    /// <summary>The most ids that are remembered.</summary>
    public const int Most = 50_000;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _oldestFirst = [];
    private readonly Lock _gate = new();

    /// <summary>Takes an id for the first request that comes with it; gives others what became of that one.</summary>
    public Claimed Claim(string id, RequestFingerprint fingerprint)
    {
        lock (_gate)
        {
            ForgetOld();
            if (_entries.TryGetValue(id, out var earlier))
            {
                return new Claimed(earlier.Value.Mint, null);
            }

            // One that is forgotten too early would be made a second time.
            if (_entries.Count == Most)
            {
                return new Claimed(null, Kept - AgeOf(_oldestFirst.First!.Value));
            }

            _entries.Add(id, _oldestFirst.AddLast(new Entry(id, _time.GetTimestamp(), new Mint(fingerprint, null))));
            return default;
        }
    }

    /// <summary>What the first request made, for all that come after it.</summary>
    public void Complete(string id, RequestFingerprint fingerprint, KeyDocument key)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(id, out var node))
            {
                node.Value = node.Value with { Mint = new Mint(fingerprint, key) };
            }
        }
    }

    /// <summary>Nothing was made, so the id may try again.</summary>
    public void Release(string id)
    {
        lock (_gate)
        {
            if (_entries.Remove(id, out var node))
            {
                _oldestFirst.Remove(node);
            }
        }
    }

    private void ForgetOld()
    {
        while (_oldestFirst.First is { } oldest && AgeOf(oldest.Value) >= Kept)
        {
            _oldestFirst.RemoveFirst();
            _entries.Remove(oldest.Value.Id);
        }
    }

    private TimeSpan AgeOf(Entry entry) => _time.GetElapsedTime(entry.ClaimedAt);

    /// <summary>One request, and the key that it made; null while it is being made.</summary>
    internal sealed record Mint(RequestFingerprint Request, KeyDocument? Key);

    /// <summary>Whether an id was taken; else what became of the request that has it, or when there is room for another.</summary>
    internal readonly record struct Claimed(Mint? Earlier, TimeSpan? RoomAfter)
    {
        public bool IsTaken => Earlier is null && RoomAfter is null;
    }

    private sealed record Entry(string Id, long ClaimedAt, Mint Mint);
}
