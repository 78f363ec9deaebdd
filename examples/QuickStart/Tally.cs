using System.Collections.Concurrent;
using AgentKey.Money;

namespace QuickStart;

/// <summary>What an agent saw of its calls. Counted by the client, to be held against the ledger. Safe for parallel calls.</summary>
internal sealed class Tally
{
    private readonly ConcurrentDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private int _allowed;
    private long _spentMicroCents;

    public int Allowed => _allowed;

    public Cost Spent => Cost.FromMicroCents(Interlocked.Read(ref _spentMicroCents));

    public string Refused => string.Join(", ", _refused.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"{reason.Value} {reason.Key}"));

    public void Allow(Cost price)
    {
        Interlocked.Increment(ref _allowed);
        Interlocked.Add(ref _spentMicroCents, price.MicroCents);
    }

    public void Refuse(string code) => _refused.AddOrUpdate(code, 1, (_, count) => count + 1);
}
