using System.Globalization;
using ModelContextProtocol;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>Counts what each key has open. Safe for any number of threads.</summary>
/// <param name="what">What it is, as a refusal says it.</param>
/// <param name="mostPerKey">How many one key may have at once.</param>
/// <param name="most">How many there may be in all.</param>
internal sealed class KeyCounts(string what, int mostPerKey, int most = int.MaxValue)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _byKey = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>Counts the conversations with the server behind the proxy, for each may be a process.</summary>
    public static KeyCounts OfConversations() => new("conversations with the server behind the proxy", mostPerKey: 200, most: 1000);

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

        return new Counted(this, keyId);
    }

    private McpException TooMany(string who, int count) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{who} {count} {what} already. End one, or try again later."));

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

    private sealed class Counted(KeyCounts owner, string keyId) : IDisposable
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
