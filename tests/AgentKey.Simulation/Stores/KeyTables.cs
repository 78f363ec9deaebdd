using AgentKey.Budgets;
using AgentKey.Storage;

namespace AgentKey.Simulation.Stores;

/// <summary>The statements that make, find and change keys and budgets, each in one step.</summary>
internal static class KeyTables
{
    public static string? Insert(Tables tables, KeyInsert key, DateTimeOffset now)
    {
        if (key.ExternalSubject is { } subject && tables.Keys.Any(row => row.Key.ExternalSubject == subject))
        {
            return null;
        }

        return tables.Add(new StoredKeyDetails
        {
            Key = new StoredKey
            {
                Id = "",
                KeyHash = key.KeyHash,
                Scopes = key.Scopes,
                ExpiresAt = key.ExpiresAt,
                RevokedAt = null,
                Budget = key.Budget,
                AccountId = key.AccountId,
                ParentId = key.ParentId,
                IsCarved = key.IsCarved,
                ExternalSubject = key.ExternalSubject,
            },
            ReadAt = now,
            CreatedAt = now,
            LastUsedAt = null,
            Name = key.Name,
            KeyPrefix = key.KeyPrefix,
            DelegatedBy = key.DelegatedBy,
            UserId = key.UserId,
        });
    }

    public static KeyChain? FindChain(Tables tables, KeyLookup lookup)
    {
        var first = tables.Keys.FirstOrDefault(row => lookup switch
        {
            { KeyId: { } id } => row.Key.Id == id,
            { Hash: { } hash } => row.Key.KeyHash == hash.Hex || row.Key.PreviousKeyHash == hash.Hex,
            _ => row.Key.ExternalSubject == lookup.Subject,
        });
        var links = new List<(string Id, string? ParentId)>();
        string? account = null;
        for (var row = first; row is not null; row = row.Key.ParentId is { } parent ? tables.Find(parent) : null)
        {
            links.Add((row.Key.Id, row.Key.ParentId));
            account = row.Key.AccountId;
        }

        return KeyChain.Of(links, account);
    }

    public static IReadOnlyList<string> FindDescendants(Tables tables, string keyId) =>
        [.. tables.Keys.Where(row => IsBelow(tables, row.Key, keyId)).Select(row => row.Key.Id).Reverse()];

    public static IReadOnlyList<StoredKeyDetails> FindAll(Tables tables, IReadOnlyCollection<string> keyIds, DateTimeOffset now) =>
        [.. keyIds.Select(tables.Find).OfType<StoredKeyDetails>().Select(row => Read(tables, row, now))];

    public static IReadOnlyList<StoredKeyDetails> List(Tables tables, KeyQuery query, DateTimeOffset now) =>
    [
        .. tables.Keys
            .Where(row => (query.AccountId is null || row.Key.AccountId == query.AccountId) && (query.IncludeDead || row.Key.FaultAt(now) is null))
            .Take(query.Limit)
            .Select(row => Read(tables, row, now)),
    ];

    public static bool Rotate(Tables tables, KeyRotation rotation, DateTimeOffset now, bool keepsOld)
    {
        if (tables.Find(rotation.KeyId) is not { Key.RevokedAt: null } row || (rotation.AccountId is { } account && account != row.Key.AccountId)
            || (rotation.Presented is { } presented && !presented.Any(hash => hash.Matches(row.Key.KeyHash))))
        {
            return false;
        }

        var until = now + rotation.Overlap;
        if (row.Key.PreviousKeyHash is { } earlier && tables.SecretEnds[earlier] > now)
        {
            tables.SecretEnds[earlier] = now;
        }

        tables.SecretEnds[row.Key.KeyHash] = until;
        var isKept = keepsOld || rotation.Overlap > TimeSpan.Zero;
        tables.Save(row with
        {
            KeyPrefix = rotation.NewPrefix,
            Key = row.Key with
            {
                KeyHash = rotation.NewHash.Hex,
                PreviousKeyHash = isKept ? row.Key.KeyHash : null,
                PreviousKeyUntil = isKept ? (keepsOld ? DateTimeOffset.MaxValue : until) : null,
            },
        });
        return true;
    }

    public static bool Raise(Tables tables, BudgetRaise raise, DateTimeOffset now)
    {
        if (raise.Name is { } name)
        {
            if (!tables.Budgets.TryGetValue((raise.Owner, name), out var budget))
            {
                return false;
            }

            tables.Budgets[(raise.Owner, name)] = budget with { RaiseMicroCents = raise.ByMicroCents, RaiseUntil = now + raise.For };
            return true;
        }

        if (tables.Find(raise.Owner[BudgetOwner.KeyPrefix.Length..]) is not { Key.Budget.CapCents: not null } row)
        {
            return false;
        }

        var own = row.Key.Budget with { RaiseMicroCents = raise.ByMicroCents, RaiseUntil = now + raise.For };
        tables.Save(row with { Key = row.Key with { Budget = own } });
        return true;
    }

    private static StoredKeyDetails Read(Tables tables, StoredKeyDetails row, DateTimeOffset now)
    {
        var held = tables.Holds.Values
            .Where(slice => slice.Budget == BudgetOwner.OfKey(row.Key.Id) && !(slice.HeldAt < row.Key.Budget.StartedAt))
            .ToLookup(slice => slice.ExpiresAt > now, slice => slice.AmountMicroCents);
        return row with
        {
            ReadAt = now,
            HeldMicroCents = held[true].Sum(),
            ExpiredMicroCents = held[false].Sum(),
            Budgets = [.. tables.Budgets.Values.Where(budget => budget.Owner == BudgetOwner.OfKey(row.Key.Id))],
        };
    }

    private static bool IsBelow(Tables tables, StoredKey key, string above) =>
        key.ParentId is { } parent && (parent == above || IsBelow(tables, tables.Find(parent)!.Key, above));
}
