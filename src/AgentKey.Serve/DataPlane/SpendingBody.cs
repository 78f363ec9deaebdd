using System.Diagnostics;
using System.Text.Json;
using AgentKey.Charging;
using AgentKey.Money;

namespace AgentKey.Serve.DataPlane;

/// <summary>What for: what a charge and a hold have in common.</summary>
internal abstract class SpendingBody : CallerBody
{
    /// <summary>The scope that the key must hold.</summary>
    public required string Scope { get; init; }

    /// <summary>The tool, as the ledger shall name it.</summary>
    public string? Tool { get; init; }

    /// <summary>The W3C trace id, for the ledger; left out, that of this request.</summary>
    public string? TraceId { get; init; }

    protected ChargeRequest ToRequest(Cost cost, string? operationId) => new(Scope, cost)
    {
        Tool = Tool,
        OperationId = operationId,
        TraceId = TraceId ?? (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : null),
    };
}

/// <summary>A charge that is asked for.</summary>
internal sealed class ChargeBody : SpendingBody
{
    /// <summary>Exact decimal cents.</summary>
    public required JsonElement CostCents { get; init; }

    /// <exception cref="InvalidFieldException">A member is not acceptable.</exception>
    public ChargeRequest ToRequest(string? operationId) => ToRequest(Amount.Read(CostCents, "costCents"), operationId);
}

/// <summary>A hold that is asked for.</summary>
internal sealed class HoldBody : SpendingBody
{
    /// <summary>The most that the call may cost, in exact decimal cents.</summary>
    public required JsonElement UpToCents { get; init; }

    /// <summary>How long it is held, e.g. <c>5m</c>, which is the default.</summary>
    public string? Expires { get; init; }

    /// <exception cref="InvalidFieldException">A member is not acceptable.</exception>
    public ChargeRequest ToRequest(string? operationId) => ToRequest(Amount.Read(UpToCents, "upToCents"), operationId);

    /// <exception cref="InvalidFieldException">It is no duration.</exception>
    public TimeSpan ToTimeToLive() => HoldTime.Parse(Expires ?? "5m");
}
