using System.Globalization;
using ModelContextProtocol;

namespace AgentKey.Cli.McpProxy.Upstream;

/// <summary>Counts the conversations with the server behind the proxy, for each may be a process. Safe for any number of threads.</summary>
/// <param name="mostPerKey">How many one key may have at once.</param>
/// <param name="most">How many there may be in all.</param>
internal sealed class Conversations(int mostPerKey = Conversations.MostPerKey, int most = Conversations.Most)
{
    // Well above the idle ones that are kept, so that a client which forgets its sessions is not kept out by them.
    private const int MostPerKey = 200;
    private const int Most = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byKey = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Counts one more, until it is disposed.</summary>
    /// <exception cref="McpException">There are too many.</exception>
    public IDisposable Begin(string keyId)
    {
        lock (_lock)
        {
            var own = _byKey.GetValueOrDefault(keyId);
            if (own >= mostPerKey)
            {
                throw TooMany("This key has", own);
            }

            if (_all >= most)
            {
                throw TooMany("The proxy has", _all);
            }

            _byKey[keyId] = own + 1;
            _all++;
        }

        return new Conversation(this, keyId);
    }

    private static McpException TooMany(string who, int count) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{who} {count} conversations with the server behind the proxy already. End a session, or try again later."));

    private void End(string keyId)
    {
        lock (_lock)
        {
            _all--;
            if (--_byKey[keyId] == 0)
            {
                _byKey.Remove(keyId);
            }
        }
    }

    private sealed class Conversation(Conversations owner, string keyId) : IDisposable
    {
        private int _isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isOver, 1) == 0)
            {
                owner.End(keyId);
            }
        }
    }
}
