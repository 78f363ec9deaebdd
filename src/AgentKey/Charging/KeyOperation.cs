using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>One thing to be decided under the locks of one key's chain.</summary>
internal abstract record KeyOperation(KeyChain Chain, string OperationId)
{
    public string KeyId => Chain.KeyId;

    /// <summary>Whether the operation may have been applied before, so that the ledger has to be asked.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>When this call paid in earlier attempts of which nobody knows whether they were committed.</summary>
    public IReadOnlyList<DateTimeOffset> DecidedAt { get; init; } = [];

    /// <summary>The operations whose ledger entries this decision needs.</summary>
    public virtual IEnumerable<OperationRef> Lookups => MayRepeat ? [new(KeyId, OperationId)] : [];

    /// <summary>The holds whose money this decision moves.</summary>
    public virtual IEnumerable<OperationRef> Holds => [];
}

/// <summary>Validate and spend in one step; with a time to live, validate and hold.</summary>
internal sealed record ChargeOperation(KeyChain Chain, string OperationId, Credential Credential, ChargeRequest Request, string? OnBehalfOf)
    : KeyOperation(Chain, OperationId)
{
    /// <summary>How long the money is held; null when it is spent at once.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>An expired hold with this id, whose ledger entry may have been pruned before anybody needed its money.</summary>
    public override IEnumerable<OperationRef> Holds => TimeToLive is null ? [] : base.Lookups;
}

/// <summary>Count among the refused calls of a key one that its adapter refused because the key is dead.</summary>
internal sealed record NoteOperation(KeyChain Chain, string OperationId, Credential Credential)
    : KeyOperation(Chain, OperationId);

/// <summary>Return a charge, or a hold that was not settled.</summary>
internal sealed record VoidOperation(KeyChain Chain, string OperationId, string ChargeId, bool IsHold)
    : KeyOperation(Chain, OperationId)
{
    // Of a receipt that came from outside: what the store cannot be asked for would fail the whole batch.
    public string ChargeId { get; } = TextField.Comparable(ChargeId, "operationId");

    public override IEnumerable<OperationRef> Lookups => [new(KeyId, ChargeId)];

    public override IEnumerable<OperationRef> Holds => IsHold ? [new(KeyId, ChargeId)] : [];
}

/// <summary>Spend the actual cost of a hold.</summary>
internal sealed record SettleOperation(KeyChain Chain, string OperationId, string HoldId, long ActualMicroCents)
    : KeyOperation(Chain, OperationId)
{
    public string HoldId { get; } = TextField.Comparable(HoldId, "operationId");

    public override IEnumerable<OperationRef> Lookups => [new(KeyId, HoldId), .. base.Lookups];

    public override IEnumerable<OperationRef> Holds => [new(KeyId, HoldId)];
}

/// <summary>Let a hold live longer.</summary>
internal sealed record ExtendOperation(KeyChain Chain, string OperationId, string HoldId, TimeSpan TimeToLive)
    : KeyOperation(Chain, OperationId)
{
    public string HoldId { get; } = TextField.Comparable(HoldId, "operationId");

    public override IEnumerable<OperationRef> Lookups => [new(KeyId, HoldId)];

    public override IEnumerable<OperationRef> Holds => [new(KeyId, HoldId)];
}

/// <summary>Find out whether a key and those above it could pay the cap of a key that is to be carved below.</summary>
internal sealed record FindRoomOperation(KeyChain Chain, string OperationId, Cost Cap)
    : KeyOperation(Chain, OperationId);

/// <summary>Draw a new carved key's cap from the keys above it.</summary>
internal sealed record DrawOperation(KeyChain Chain, string OperationId)
    : KeyOperation(Chain, OperationId);

/// <summary>Give a key another cap; a carved one draws the difference, or gives it back.</summary>
internal sealed record ChangeCapOperation(KeyChain Chain, string OperationId, string? AccountId, Cost Cap)
    : KeyOperation(Chain, OperationId);

/// <summary>Revoke a key; a carved one gives back what it did not spend.</summary>
internal sealed record RevokeOperation(KeyChain Chain, string OperationId, string? AccountId)
    : KeyOperation(Chain, OperationId);
