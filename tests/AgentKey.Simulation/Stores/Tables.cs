using AgentKey.Storage;

namespace AgentKey.Simulation.Stores;

/// <summary>The tables in memory: what is committed.</summary>
internal sealed class Tables
{
    private readonly List<StoredKeyDetails> _keys = [];
    private readonly List<LedgerEntry> _ledger = [];
    private readonly Dictionary<OperationRef, LedgerEntry> _operations = [];
    private readonly Dictionary<OperationRef, LedgerEntry> _resolutions = [];

    public IReadOnlyList<StoredKeyDetails> Keys => _keys;

    public IReadOnlyList<LedgerEntry> Ledger => _ledger;

    /// <summary>Further budgets by owner and name.</summary>
    public SortedDictionary<(string Owner, string Name), StoredExtraBudget> Budgets { get; } = [];

    public SortedDictionary<(string Key, string Operation, string Budget), HoldSlice> Holds { get; } = [];

    /// <summary>When each secret that was rotated away ends, by its hash.</summary>
    public Dictionary<string, DateTimeOffset> SecretEnds { get; } = new(StringComparer.Ordinal);

    public StoredKeyDetails? Find(string id) => int.TryParse(id, out var number) && number > 0 && number <= _keys.Count ? _keys[number - 1] : null;

    public LedgerEntry? FindOperation(OperationRef operation) => _operations.GetValueOrDefault(operation);

    public LedgerEntry? FindResolution(OperationRef operation) => _resolutions.GetValueOrDefault(operation);

    public string Add(StoredKeyDetails key)
    {
        var id = $"{_keys.Count + 1}";
        _keys.Add(key with { Key = key.Key with { Id = id } });
        return id;
    }

    public void Save(StoredKeyDetails key) => _keys[int.Parse(key.Key.Id, null) - 1] = key;

    /// <summary>Appends an entry; the unique indexes refuse a second one of the same operation or resolution.</summary>
    public void Append(LedgerEntry entry)
    {
        entry = entry with { Sequence = _ledger.Count + 1 };
        _ledger.Add(entry);
        if (entry.OperationId is { } id && !_operations.TryAdd(new(entry.KeyId, id), entry))
        {
            throw new InvariantException($"The operation {id} of key {entry.KeyId} is in the ledger twice.");
        }

        if (entry.RefersTo is { } origin && entry.Kind != LedgerEntryKind.Expire && !_resolutions.TryAdd(new(entry.KeyId, origin), entry))
        {
            throw new InvariantException($"The operation {origin} of key {entry.KeyId} was ended twice.");
        }
    }
}
