using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Scopes;
using AgentKey.Storage;

namespace AgentKey;

/// <content>The life of a key: made, delegated, rotated, revoked.</content>
public sealed partial class AgentKeys
{
    internal const int MaxTextLength = 200;

    private static readonly TimeSpan LongestOverlap = TimeSpan.FromDays(90);

    /// <summary>Makes a key. The returned secret exists nowhere else and cannot be shown again.</summary>
    /// <exception cref="InvalidFieldException">
    /// A field is not acceptable, or wider than the parent's; nothing was written. Only when others spend the last money
    /// above a carved key in the moment in which it is made, it leaves a revoked row behind.
    /// </exception>
    public async Task<CreatedKey> CreateAsync(NewKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var secret = AgentSecret.Generate(_options.SecretPrefix);
        var row = await RowOfAsync(key, secret, externalSubject: null, cancellationToken).ConfigureAwait(false);

        // Nobody but the caller will ever be shown this secret, so what is written from here on cannot be called off.
        var id = await InsertAsync(key, row, CancellationToken.None).ConfigureAwait(false)
            ?? throw new InvalidOperationException("A random secret had been there before.");
        var created = await FindAsync(id, CancellationToken.None).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Key {id} was removed while it was being made.");
        return new CreatedKey(created, secret);
    }

    /// <summary>Makes a key below the caller's own, in its account: an agent delegates to another.</summary>
    /// <param name="parent">Whose key the new one stands below.</param>
    /// <param name="key">The new key; its account and parent are set here.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="InvalidFieldException">The caller's key is not valid, or a field is wider than it.</exception>
    public async Task<CreatedKey> CreateChildAsync(Caller parent, NewKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var validation = await ValidateAsync(parent, cancellationToken).ConfigureAwait(false);
        return validation.Key is { AccountId: { } account } above
            ? await CreateAsync(key with { AccountId = account, ParentId = above.Id }, cancellationToken).ConfigureAwait(false)
            : throw new InvalidFieldException("parent", "is not valid", "a live key of an account");
    }

    /// <summary>
    /// The key of an external identity: made at its first sight, found ever after, whoever asks first and however many at
    /// once. Such a key has no secret: <see cref="IdentifySubject"/> opens it.
    /// </summary>
    /// <param name="subject">The identity, e.g. the <c>sub</c> of a verified token; 1 to 200 printable characters.</param>
    /// <param name="key">What the key may do, if it is made now; the key that is there is not changed.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="InvalidFieldException">A field is not acceptable, or the subject's key is of another account; nothing was written.</exception>
    public async Task<KeyInfo> EnsureSubjectAsync(string subject, NewKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var known = TextField.Require(subject, "externalSubject", MaxTextLength);
        if (key.MoreBudgets.Count > 0)
        {
            // The row can be used from the moment it is there, and its further budgets would come a moment later.
            throw new InvalidFieldException("moreBudgets", "cannot bind a subject from its first call on", "none; set them with SetBudgetAsync");
        }

        if (await FindSubjectAsync(known, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            // Nobody ever sees this secret, so the row's hash opens nothing.
            var row = await RowOfAsync(key, AgentSecret.Generate(_options.SecretPrefix), known, cancellationToken).ConfigureAwait(false);
            await InsertAsync(key, row, cancellationToken).ConfigureAwait(false);
            found = await FindSubjectAsync(known, cancellationToken).ConfigureAwait(false)
                ?? throw new InvalidOperationException("The subject's key was removed while it was being made.");
        }

        return found.AccountId is null || AccountIds.IsSame(found.AccountId, key.AccountId)
            ? found
            : throw new InvalidFieldException("accountId", "is not that of the subject's key", "the account under which the subject was seen first");
    }

    private async Task<KeyInfo?> FindSubjectAsync(string subject, CancellationToken cancellationToken)
    {
        var lookup = KeyLookup.BySubject(subject);
        if (_resolver.Recall(lookup) is { } remembered)
        {
            if (await FindAsync(remembered.KeyId, cancellationToken).ConfigureAwait(false) is { } known && known.ExternalSubject == subject)
            {
                return known;
            }

            // The host has taken the row away, or given it to nobody or somebody else.
            _resolver.Forget(lookup);
        }

        return await LookUpAsync(lookup, cancellationToken).ConfigureAwait(false) is { } chain
            ? await FindAsync(chain.KeyId, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <summary>A new secret for the same key, with the same id, budget and history.</summary>
    /// <param name="keyId">The key; a revoked one is not found.</param>
    /// <param name="overlap">How long the present secret stays valid beside the new one: zero to 90 days. A secret of an earlier overlap ends now.</param>
    /// <param name="accountId">When given, a key of another account is not found, exactly like one that does not exist.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns><see langword="null"/> when there is no such key.</returns>
    /// <exception cref="InvalidFieldException">The overlap is out of range.</exception>
    public Task<CreatedKey?> RotateAsync(string keyId, TimeSpan overlap, string? accountId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return RotateAsync(keyId, overlap, accountId, presented: null, cancellationToken);
    }

    /// <summary>
    /// A new secret for the caller's own key, as its present secret asks for it: one that ends, in an overlap or because
    /// another rotation is faster, cannot put a new one in the place of its successor.
    /// </summary>
    /// <param name="caller">Who asks; a subject of <see cref="IdentifySubject"/> shows no secret, and needs none.</param>
    /// <param name="overlap">How long the present secret stays valid beside the new one: zero to 90 days.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns><see langword="null"/> when what the caller shows is not the present secret of a key; nothing has changed.</returns>
    /// <exception cref="InvalidFieldException">The overlap is out of range.</exception>
    public async Task<CreatedKey?> RotateAsync(Caller caller, TimeSpan overlap, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return caller.Credential is { } credential
            && await FindChainAsync(credential.Lookup, cancellationToken).ConfigureAwait(false) is { } chain
            ? await RotateAsync(chain.KeyId, overlap, accountId: null, credential.Hashes, cancellationToken).ConfigureAwait(false)
            : null;
    }

    private async Task<CreatedKey?> RotateAsync(
        string keyId, TimeSpan overlap, string? accountId, IReadOnlyList<SecretHash>? presented, CancellationToken cancellationToken)
    {
        if (overlap < TimeSpan.Zero || overlap > LongestOverlap)
        {
            throw new InvalidFieldException("overlap", "is out of range", "zero to 90 days, e.g. 1.00:00:00");
        }

        var secret = AgentSecret.Generate(_options.SecretPrefix);
        var rotation = new KeyRotation(TextField.Comparable(keyId, "keyId"), TextField.Comparable(accountId, "accountId"), _peppers.HashOf(secret), secret.DisplayPrefix, overlap) { Presented = presented };
        cancellationToken.ThrowIfCancellationRequested();

        // The old secret may be worth nothing from here on, so the new one has to reach the caller.
        return await AskAsync(token => _store.RotateAsync(rotation, token), CancellationToken.None).ConfigureAwait(false)
            && await FindAsync(keyId, CancellationToken.None).ConfigureAwait(false) is { } key
            ? new CreatedKey(key, secret)
            : null;
    }

    /// <summary>Ends a key, and with it every key below: calls that come after the return are refused. Revoking again changes nothing.</summary>
    /// <remarks>
    /// A carved key gives back to its parent what it has drawn and not used. What its open holds have follows when they
    /// are settled or voided; of one that expires only afterwards, when the key is revoked once more.
    /// </remarks>
    /// <param name="keyId">The key.</param>
    /// <param name="accountId">When given, a key of another account is not found, exactly like one that does not exist.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether there is such a key.</returns>
    public async Task<bool> RevokeAsync(string keyId, string? accountId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        var account = TextField.Comparable(accountId, "accountId");
        var answer = await DecideAsync<object>(
            KeyLookup.ById(keyId), chain => new RevokeOperation(chain, _host.NewOperationId(), account), cancellationToken).ConfigureAwait(false);
        return answer is true;
    }

    /// <summary>Ends a key and marks every key below as revoked too, so that what they have carved goes back all the way.</summary>
    /// <returns>How many keys were revoked; zero when there is no such key.</returns>
    /// <inheritdoc cref="RevokeAsync"/>
    public async Task<int> RevokeWithDescendantsAsync(string keyId, string? accountId = null, CancellationToken cancellationToken = default)
    {
        // The key first: from now on nobody below can spend, and nobody can mint below.
        if (!await RevokeAsync(keyId, accountId, cancellationToken).ConfigureAwait(false))
        {
            return 0;
        }

        var below = await FindDescendantsAsync(keyId, cancellationToken).ConfigureAwait(false);
        var revoked = 1;
        foreach (var id in below)
        {
            revoked += await RevokeAsync(id, accountId, cancellationToken).ConfigureAwait(false) ? 1 : 0;
        }

        // Again, for what the keys below have just given back to it.
        await RevokeAsync(keyId, accountId, cancellationToken).ConfigureAwait(false);
        return revoked;
    }

    /// <summary>The ids of all keys below a key, dead or alive, those furthest down first.</summary>
    public Task<IReadOnlyList<string>> FindDescendantsAsync(string keyId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        var id = TextField.Comparable(keyId, "keyId");
        return AskAsync(token => _store.FindDescendantsAsync(id, token), cancellationToken);
    }

    /// <summary>One key, as it stands now; <see langword="null"/> when there is none with this id.</summary>
    public async Task<KeyInfo?> FindAsync(string keyId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        var id = TextField.Comparable(keyId, "keyId");
        var row = await AskAsync(token => _store.FindAsync(id, token), cancellationToken).ConfigureAwait(false);
        return row is null ? null : KeyView.Show(row);
    }

    /// <summary>Keys in the order of their ids.</summary>
    /// <exception cref="InvalidFieldException">The limit is out of range.</exception>
    public async Task<IReadOnlyList<KeyInfo>> ListAsync(KeyQuery? query = null, CancellationToken cancellationToken = default)
    {
        query ??= new KeyQuery();
        if (query.Limit is < 1 or > KeyQuery.MaxLimit)
        {
            throw new InvalidFieldException("limit", "is out of range", $"1 to {KeyQuery.MaxLimit}");
        }

        var rows = await AskAsync(token => _store.ListAsync(query, token), cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(KeyView.Show)];
    }

    private async Task<KeyInsert> RowOfAsync(NewKey key, AgentSecret secret, string? externalSubject, CancellationToken cancellationToken)
    {
        var account = TextField.Require(key.AccountId, "accountId", MaxTextLength);
        foreach (var name in key.MoreBudgets.Keys)
        {
            RequireBudgetName(name);
        }

        var now = await AskAsync(_store.GetTimeAsync, cancellationToken).ConfigureAwait(false);
        var row = new KeyInsert
        {
            AccountId = account,
            KeyHash = _peppers.HashOf(secret).Stored,
            KeyPrefix = externalSubject is null ? secret.DisplayPrefix : _options.SecretPrefix + "ext",
            Name = TextField.Require(key.Name, "name", MaxTextLength),
            Scopes = key.Scopes,
            Budget = Fresh(key.Budget, now),
            ExpiresAt = key.Lifetime.ExpiryFrom(now),
            DelegatedBy = TextField.Optional(key.DelegatedBy, "delegatedBy", MaxTextLength),
            UserId = TextField.Optional(key.UserId, "userId", MaxTextLength),
            ParentId = TextField.Comparable(key.ParentId, "parentId"),
            IsCarved = key.Carve,
            ExternalSubject = externalSubject,
        };
        if (key.ParentId is null)
        {
            return key.Carve ? throw new InvalidFieldException("carve", "needs a parent", "a key with a parentId") : row;
        }

        var (parentAccount, budget, expiresAt) = await NarrowAsync(key, row.ExpiresAt, cancellationToken).ConfigureAwait(false);
        return row with { AccountId = parentAccount, Budget = Fresh(budget, now), ExpiresAt = expiresAt };
    }

    private async Task<(string AccountId, Budget? Budget, DateTimeOffset? ExpiresAt)> NarrowAsync(NewKey key, DateTimeOffset? expiresAt, CancellationToken cancellationToken)
    {
        var chain = await FindChainAsync(KeyLookup.ById(key.ParentId!), cancellationToken).ConfigureAwait(false);
        if (chain is null or { IsBroken: true })
        {
            throw new InvalidFieldException("parentId", "is not found", "the id of a live key");
        }

        if (chain.Ids.Count >= _options.MaxDepth)
        {
            throw new InvalidFieldException("parentId", $"already has {chain.Ids.Count - 1} keys above it", $"a chain of at most {_options.MaxDepth} keys");
        }

        var above = new List<(StoredKey Row, Budget? Budget)>();
        var rows = await _reader.ReadAsync(chain.Ids, cancellationToken).ConfigureAwait(false);
        foreach (var id in chain.Ids)
        {
            if (!rows.TryGetValue(id, out var row) || row.Key.FaultAt(row.ReadAt) is not null)
            {
                throw new InvalidFieldException("parentId", "is not alive", "the id of a live key");
            }

            above.Add((row.Key, KeyView.Of(row).Budget));
        }

        var narrowed = Attenuation.Narrow(key, expiresAt, above[0].Row, above.Select(one => one.Budget).FirstOrDefault(budget => budget is not null));
        if (key.Carve && narrowed.Budget is { } carved)
        {
            await RequireRoomAsync(key.ParentId!, carved.Cap, cancellationToken).ConfigureAwait(false);
        }

        return narrowed;
    }

    /// <summary>Refuses what the keys above cannot pay before a row is there. The draw has the last word.</summary>
    private async Task RequireRoomAsync(string parentId, Cost cap, CancellationToken cancellationToken)
    {
        var answer = await DecideAsync<DrawAnswer>(
            KeyLookup.ById(parentId), chain => new FindRoomOperation(chain, _host.NewOperationId(), cap), cancellationToken).ConfigureAwait(false);
        RequireDrawn(answer);
    }

    private async Task<string?> InsertAsync(NewKey key, KeyInsert row, CancellationToken cancellationToken)
    {
        var id = await AskAsync(token => _store.InsertAsync(row, token), cancellationToken).ConfigureAwait(false);
        if (id is null)
        {
            return null;
        }

        if (row.IsCarved)
        {
            await DrawAsync(id, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (name, budget) in key.MoreBudgets)
        {
            await SaveBudgetAsync(BudgetOwner.Key(id), name, budget, cancellationToken).ConfigureAwait(false);
        }

        return id;
    }

    private async Task DrawAsync(string keyId, CancellationToken cancellationToken)
    {
        var answer = await DecideAsync<DrawAnswer>(
            KeyLookup.ById(keyId), chain => new DrawOperation(chain, _host.NewOperationId()), cancellationToken).ConfigureAwait(false);
        RequireDrawn(answer);
    }

    private static void RequireDrawn(DrawAnswer? answer)
    {
        if (answer is not { Denial: null })
        {
            var accepted = answer?.Denial is { RefusedBy: { } budget } denial ? $"at most {denial.Remaining}, which is left of {budget}" : "a live parent that can pay for it";
            throw new InvalidFieldException("budget", "cannot be carved", accepted) { IsTooWide = true };
        }
    }

    private static StoredBudget Fresh(Budget? budget, DateTimeOffset now)
    {
        var repeats = budget is { Period.Kind: not (BudgetPeriodKind.Once or BudgetPeriodKind.Rolling) };
        var anchor = repeats ? budget!.Period.DefaultAnchor(now) : (DateTimeOffset?)null;
        var end = anchor is { } start ? budget!.Period.NextReset(start, now) : null;
        var isShared = budget is null || budget.Period.IsShared;
        return new StoredBudget
        {
            CapCents = budget is null ? null : budget.Cap.MicroCents / Money.Cost.MicroCentsPerCent,
            UsedCents = 0,
            Period = isShared && repeats ? budget!.Period.ToString() : null,
            ResetAt = isShared ? end : null,
            Calendar = isShared ? null : budget!.Period.ToString(),
            AnchorAt = anchor,
            UsedMicroCents = 0,
            UsedUntil = end,
        };
    }
}
