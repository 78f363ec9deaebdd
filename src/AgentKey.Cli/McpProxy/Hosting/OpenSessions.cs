namespace AgentKey.Cli.McpProxy.Hosting;

/// <summary>Which sessions there are. A key that has as many as it may ends its own that was idle longest. Safe for any number of threads.</summary>
internal sealed class OpenSessions
{
    // Idle ones count, too: else a key that cannot pay for a call could end everybody's.
    public const int MostPerKey = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, OpenSession> _open = new(StringComparer.Ordinal);

    /// <summary>Adds one when there is room for it.</summary>
    /// <param name="session">The new one.</param>
    /// <param name="over">The one to end first where there is none; <see langword="null"/> when all of the key's are in use.</param>
    public bool TryAdd(OpenSession session, out OpenSession? over)
    {
        lock (_lock)
        {
            var own = _open.Values.Where(each => each.KeyId == session.KeyId).ToList();
            over = own.Count < MostPerKey ? null : own.Where(each => each.IsIdle).MinBy(each => each.LastUsed);
            over?.IsEnding = true;
            return own.Count < MostPerKey && _open.TryAdd(session.Id, session);
        }
    }

    public void Remove(OpenSession session)
    {
        lock (_lock)
        {
            _open.Remove(session.Id);
        }
    }

    /// <summary>Begins a request of its client.</summary>
    public OpenSession? Enter(string id, string keyId)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(id, out var session) || session.KeyId != keyId)
            {
                return null;
            }

            session.Requests++;
            return session;
        }
    }

    /// <summary>Ends a request of its client.</summary>
    public void Leave(OpenSession session)
    {
        lock (_lock)
        {
            session.Requests--;
            session.LastUsed = TimeProvider.System.GetTimestamp();
        }
    }
}
