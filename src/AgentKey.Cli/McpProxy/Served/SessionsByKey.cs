using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>
/// Conversations for callers that have no sessions, where the server has to know from the beginning what its client can be
/// asked, and its question names no call: each belongs to one key, has one call at a time, and is ended when it was not used
/// for a while. Safe for any number of threads.
/// </summary>
internal sealed class SessionsByKey : IAsyncDisposable
{
    // As for clients with sessions: each may be a process.
    private const int MostIdle = 100;
    private static readonly TimeSpan LongestIdle = TimeSpan.FromMinutes(30);

    private readonly Func<string, ClientCapabilities, CallerSession> _open;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = [];
    private readonly ITimer _sweeping;

    public SessionsByKey(Func<string, ClientCapabilities, CallerSession> open, TimeProvider time)
    {
        _open = open;
        _time = time;
        _sweeping = time.CreateTimer(_ => _ = SweepAsync(), null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
    }

    /// <summary>A conversation for one call: a free one of the key, or the one in which the call has begun.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="askable">What the client can be asked.</param>
    /// <param name="state">What the call left to its client in an earlier round; <see langword="null"/> in the first.</param>
    public Lease BorrowForCall(string keyId, ClientCapabilities askable, string? state) =>
        Borrow(keyId, askable, isCall: true, each => state is null ? each is { Calls: 0, Session.IsBusy: false } : each.Session.IsSuspended(state));

    /// <summary>A conversation to hear of changes in: the one that the key's calls are in, unless there are several at once.</summary>
    public Lease BorrowToListen(string keyId, ClientCapabilities askable) => Borrow(keyId, askable, isCall: false, _ => true);

    public async ValueTask DisposeAsync()
    {
        await _sweeping.DisposeAsync();
        foreach (var entry in TakeOut(_ => true))
        {
            await entry.Session.DisposeAsync();
        }
    }

    private Lease Borrow(string keyId, ClientCapabilities askable, bool isCall, Func<Entry, bool> suits)
    {
        // What a server was told of its client holds for the whole conversation.
        var name = $"{keyId} {JsonSerializer.Serialize(askable, McpJsonUtilities.DefaultOptions)}";
        lock (_lock)
        {
            var entry = _entries.Find(each => each.Name == name && suits(each));
            if (entry is null)
            {
                _entries.Add(entry = new Entry(keyId, name, _open(keyId, askable)));
            }

            entry.Users++;
            entry.Calls += isCall ? 1 : 0;
            return new Lease(this, entry, isCall);
        }
    }

    private async Task SweepAsync()
    {
        var latest = _time.GetTimestamp();
        var idle = TakeOut(each => _time.GetElapsedTime(each.LastUsed, latest) > LongestIdle);
        foreach (var entry in idle)
        {
            await entry.Session.DisposeAsync();
        }
    }

    /// <summary>Removes those that nobody uses and that are too old, or too many.</summary>
    private List<Entry> TakeOut(Func<Entry, bool> isOver)
    {
        lock (_lock)
        {
            // The latest of each key before the second latest of any: a key with many ends its own.
            var idle = _entries
                .Where(each => each is { Users: 0, Session.IsBusy: false })
                .GroupBy(each => each.KeyId)
                .SelectMany(own => own.OrderByDescending(each => each.LastUsed).Select((each, rank) => (Entry: each, Rank: rank)))
                .OrderBy(each => each.Rank)
                .ThenByDescending(each => each.Entry.LastUsed)
                .Select(each => each.Entry);
            var over = idle.Where((each, index) => index >= MostIdle || isOver(each)).ToList();
            _entries.RemoveAll(over.Contains);
            return over;
        }
    }

    private void GiveBack(Entry entry, bool isCall)
    {
        lock (_lock)
        {
            entry.Users--;
            entry.Calls -= isCall ? 1 : 0;
            entry.LastUsed = _time.GetTimestamp();
        }
    }

    internal sealed class Entry(string keyId, string name, CallerSession session)
    {
        public string KeyId => keyId;

        public string Name => name;

        public CallerSession Session => session;

        public int Users { get; set; }

        public int Calls { get; set; }

        public long LastUsed { get; set; }
    }

    /// <summary>A conversation in use.</summary>
    internal sealed class Lease(SessionsByKey owner, Entry entry, bool isCall) : IDisposable
    {
        public CallerSession Session => entry.Session;

        public void Dispose() => owner.GiveBack(entry, isCall);
    }
}
