using AgentKey.Budgets;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Storage;

namespace AgentKey;

/// <summary>
/// The front door: makes keys, decides what they may do and spend, and takes them away.
/// </summary>
/// <remarks>
/// Safe for use from any number of threads; one instance per store and process is enough, and lets calls share
/// transactions. Several processes may work on one store at once. Every method that asks the store throws
/// <see cref="StoreUnavailableException"/> when it does not answer and <see cref="SchemaException"/> when the table is
/// not there: money fails closed.
/// </remarks>
public sealed class AgentKeys : IAsyncDisposable
{
    private const int MaxTextLength = 200;

    private readonly IKeyStore _store;
    private readonly AgentKeysOptions _options;
    private readonly KeyResolver _resolver;
    private readonly ChargeQueue _queue;

    /// <summary>Opens the front door of a store.</summary>
    /// <param name="store">Disposed together with this instance.</param>
    /// <param name="options">Settings; the defaults when <see langword="null"/>.</param>
    /// <exception cref="InvalidFieldException">A setting is out of range.</exception>
    public AgentKeys(IKeyStore store, AgentKeysOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _options = options ?? new AgentKeysOptions();
        _options.Validate();
        _resolver = new KeyResolver(store);
        _queue = new ChargeQueue(store, _options);
    }

    /// <summary>Creates what is missing of the schema; changes nothing that exists.</summary>
    public Task MigrateAsync(CancellationToken cancellationToken = default) => _store.MigrateAsync(cancellationToken);

    /// <summary>Makes a key. The returned secret exists nowhere else and cannot be shown again.</summary>
    /// <exception cref="InvalidFieldException">A field is not acceptable; nothing was written.</exception>
    public async Task<CreatedKey> CreateAsync(NewKey key, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        var account = TextField.Require(key.AccountId, "accountId", MaxTextLength);
        var name = TextField.Require(key.Name, "name", MaxTextLength);
        var delegatedBy = TextField.Optional(key.DelegatedBy, "delegatedBy", MaxTextLength);
        var userId = TextField.Optional(key.UserId, "userId", MaxTextLength);

        var now = await AskAsync(_store.GetTimeAsync, cancellationToken).ConfigureAwait(false);
        var secret = AgentSecret.Generate(_options.SecretPrefix);
        var row = new KeyInsert
        {
            AccountId = account,
            KeyHash = secret.Hash.Hex,
            KeyPrefix = secret.DisplayPrefix,
            Name = name,
            Scopes = key.Scopes,
            Budget = Fresh(key.Budget, now),
            ExpiresAt = key.Lifetime.ExpiryFrom(now),
            DelegatedBy = delegatedBy,
            UserId = userId,
        };
        var id = await AskAsync(token => _store.InsertAsync(row, token), cancellationToken).ConfigureAwait(false);
        var created = await FindAsync(id, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"Key {id} was removed while it was being made.");
        return new CreatedKey(created, secret);
    }

    /// <summary>Reads a presented secret. Decides nothing and asks nobody: what cannot be a secret is refused later, without the store.</summary>
    /// <param name="presentedSecret">What the caller presented, as it came.</param>
    /// <param name="onBehalfOf">The end user on whose behalf the agent acts, for the ledger; at most 256 printable characters.</param>
    public Caller Identify(string? presentedSecret, string? onBehalfOf = null) =>
        new(AgentSecret.TryParse(presentedSecret, out var secret, _options.SecretPrefix) ? secret : null, onBehalfOf);

    /// <summary>Whether the caller's key may be used at all. Charges nothing, so the answer may be out of date at once.</summary>
    public async Task<KeyValidation> ValidateAsync(Caller caller, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (caller.Hash is not { } hash)
        {
            return new KeyValidation(null, Invalid(KeyFault.Malformed));
        }

        var id = await FindIdAsync(hash, cancellationToken).ConfigureAwait(false);
        var row = id is null ? null : await AskAsync(token => _store.FindAsync(id, token), cancellationToken).ConfigureAwait(false);
        if (row is null || !hash.Matches(row.Key.KeyHash))
        {
            return new KeyValidation(null, Invalid(KeyFault.Unknown));
        }

        return row.Key.FaultAt(row.ReadAt) is { } fault
            ? new KeyValidation(null, Invalid(fault))
            : new KeyValidation(KeyView.Of(row), null);
    }

    /// <summary>
    /// Validates and charges in one atomic step, before the work: the key is alive, holds the scope and can pay, and
    /// has paid, or nothing was charged.
    /// </summary>
    /// <param name="caller">Who pays.</param>
    /// <param name="request">What for.</param>
    /// <param name="cancellationToken">Given up before the store was asked, nothing is charged; afterwards the decision is awaited.</param>
    public async Task<ChargeDecision> ChargeAsync(Caller caller, ChargeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(request);
        if (caller.Hash is not { } hash)
        {
            return ChargeDecision.Deny(Invalid(KeyFault.Malformed) with { Cost = request.Cost });
        }

        if (await FindIdAsync(hash, cancellationToken).ConfigureAwait(false) is not { } keyId)
        {
            return ChargeDecision.Deny(Invalid(KeyFault.Unknown) with { Cost = request.Cost });
        }

        var operation = new ChargeOperation(keyId, request.OperationId ?? NewOperationId(), hash, request, caller.OnBehalfOf)
        {
            MayRepeat = request.OperationId is not null,
        };
        var result = await _queue.DecideAsync(operation, cancellationToken).ConfigureAwait(false);
        return result.Charge!;
    }

    /// <summary>Returns a charge whose work failed. Money goes back only into the period that it came from.</summary>
    public async Task<VoidResult> VoidAsync(ChargeReceipt receipt, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        var operation = new VoidOperation(receipt.KeyId, NewOperationId(), receipt.OperationId);
        var result = await _queue.DecideAsync(operation, cancellationToken).ConfigureAwait(false);
        return result.Void!.Value;
    }

    /// <summary>Revokes a key: its next charge is refused, in every process. Revoking twice keeps the first instant.</summary>
    /// <param name="keyId">The key.</param>
    /// <param name="accountId">When given, a key of another account is not found, exactly like one that does not exist.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>Whether there is such a key.</returns>
    public Task<bool> RevokeAsync(string keyId, string? accountId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return AskAsync(token => _store.RevokeAsync(keyId, accountId, token), cancellationToken);
    }

    /// <summary>One key, as it stands now; <see langword="null"/> when there is none with this id.</summary>
    public async Task<KeyInfo?> FindAsync(string keyId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        var row = await AskAsync(token => _store.FindAsync(keyId, token), cancellationToken).ConfigureAwait(false);
        return row is null ? null : KeyView.Of(row);
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
        return [.. rows.Select(KeyView.Of)];
    }

    /// <summary>What was ever charged to a key and returned to it, oldest first.</summary>
    public IAsyncEnumerable<LedgerEntry> ReadLedgerAsync(string keyId, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(keyId);
        return _store.ReadLedgerAsync(keyId, cancellationToken);
    }

    /// <summary>Closes the store. Decisions that are under way finish first or fail as unavailable; none is lost half-made.</summary>
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private ValueTask<string?> FindIdAsync(SecretHash hash, CancellationToken cancellationToken) => _resolver.TryRecall(hash, out var known)
        ? ValueTask.FromResult<string?>(known)
        : new ValueTask<string?>(AskAsync(token => _resolver.FindIdAsync(hash, token), cancellationToken));

    /// <summary>Asks the store, but waits for it no longer than the settings allow.</summary>
    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(_options.StoreTimeout);
        try
        {
            return await ask(timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw StoreUnavailableException.After(_options.StoreTimeout, late);
        }
    }

    private static Denial Invalid(KeyFault fault) => new() { Reason = DenialCode.InvalidKey, Fault = fault };

    // Ordered by time, so that a new id lands at the end of the ledger's index.
    private static string NewOperationId() => Guid.CreateVersion7().ToString("N");

    private static StoredBudget Fresh(Budget? budget, DateTimeOffset now)
    {
        var anchor = budget is null or { Period.Kind: BudgetPeriodKind.Once } ? (DateTimeOffset?)null : budget.Period.DefaultAnchor(now);
        var resetAt = anchor is { } start ? budget!.Period.NextReset(start, now) : null;
        return new StoredBudget
        {
            CapCents = budget is null ? null : budget.Cap.MicroCents / Money.Cost.MicroCentsPerCent,
            UsedCents = 0,
            Period = anchor is null ? null : budget!.Period.ToString(),
            ResetAt = resetAt,
            AnchorAt = anchor,
            UsedMicroCents = 0,
            UsedUntil = resetAt,
        };
    }
}
