using System.Diagnostics.CodeAnalysis;

namespace AgentKey.Postgres.Batches;

/// <summary>A dictionary that forgets what was not asked for in a while. Not safe for use from several threads.</summary>
/// <param name="capacity">How many entries it has at most.</param>
internal sealed class RecentEntries<TKey, TValue>(int capacity)
    where TKey : notnull
    where TValue : class
{
    // When the younger half is full the older one is dropped, and with it all that was not moved over since.
    private Dictionary<TKey, TValue> _younger = [];
    private Dictionary<TKey, TValue> _older = [];

    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        if (_younger.TryGetValue(key, out value))
        {
            return true;
        }

        if (!_older.Remove(key, out value))
        {
            return false;
        }

        Set(key, value);
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        _older.Remove(key);
        _younger[key] = value;
        if (_younger.Count >= capacity / 2)
        {
            (_older, _younger) = (_younger, []);
        }
    }

    public void Remove(TKey key)
    {
        _younger.Remove(key);
        _older.Remove(key);
    }

    public void Clear()
    {
        _younger.Clear();
        _older.Clear();
    }
}
