using System.Text.Json;
using AgentKey.Money;

namespace AgentKey.Serve.DataPlane;

/// <summary>What the work came to.</summary>
internal sealed class SettleBody
{
    /// <summary>The actual cost, in exact decimal cents.</summary>
    public required JsonElement CostCents { get; init; }

    /// <exception cref="InvalidFieldException">It is no amount.</exception>
    public Cost ToCost() => Amount.Read(CostCents, "costCents");
}

/// <summary>How long a hold shall live from now on.</summary>
internal sealed class ExtendBody
{
    /// <summary>E.g. <c>5m</c>.</summary>
    public required string Expires { get; init; }

    /// <exception cref="InvalidFieldException">It is no duration.</exception>
    public TimeSpan ToTimeToLive() => HoldTime.Parse(Expires);
}
