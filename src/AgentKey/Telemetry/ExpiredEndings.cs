namespace AgentKey.Telemetry;

/// <summary>
/// The holds that were ended after they had expired. Of one that is given back then the store keeps no trace, so it can be
/// given back again, or settled late. One more than there is room for leaves out the oldest.
/// </summary>
internal sealed class ExpiredEndings(int most)
{
    private readonly Lock _gate = new();
    private readonly HashSet<(string KeyId, string HoldId)> _known = [];
    private readonly Queue<(string KeyId, string HoldId)> _oldest = [];

    /// <summary>Notes that a hold was ended.</summary>
    /// <returns>Whether it is the first time.</returns>
    public bool TryAdd(string keyId, string holdId)
    {
        lock (_gate)
        {
            if (!_known.Add((keyId, holdId)))
            {
                return false;
            }

            _oldest.Enqueue((keyId, holdId));
            if (_oldest.Count > most)
            {
                _known.Remove(_oldest.Dequeue());
            }

            return true;
        }
    }
}
