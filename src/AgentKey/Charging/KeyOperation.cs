using AgentKey.Keys;
using AgentKey.Storage;

namespace AgentKey.Charging;

/// <summary>One thing to be decided under the lock of one key.</summary>
internal abstract record KeyOperation(string KeyId, string OperationId)
{
    /// <summary>Whether the operation may have been applied before, so that the ledger has to be asked.</summary>
    public bool MayRepeat { get; init; }

    /// <summary>The operations whose ledger entries this decision needs.</summary>
    public abstract IEnumerable<OperationRef> Lookups { get; }
}

/// <summary>Validate and spend in one step.</summary>
internal sealed record ChargeOperation(string KeyId, string OperationId, SecretHash Secret, ChargeRequest Request, string? OnBehalfOf)
    : KeyOperation(KeyId, OperationId)
{
    public override IEnumerable<OperationRef> Lookups => MayRepeat ? [new(KeyId, OperationId)] : [];
}

/// <summary>Return a charge.</summary>
internal sealed record VoidOperation(string KeyId, string OperationId, string ChargeId)
    : KeyOperation(KeyId, OperationId)
{
    public override IEnumerable<OperationRef> Lookups => [new(KeyId, ChargeId)];
}
