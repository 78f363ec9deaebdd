using System.Text.Json;
using AgentKey.Keys;
using AgentKey.Money;

namespace AgentKey.Serve.AdminPlane;

/// <summary>How a key is ended.</summary>
/// <param name="Descendants">Whether the keys below are marked as revoked too, so that what they have carved comes back all the way.</param>
internal sealed record RevokeBody(bool Descendants = false);

/// <summary>How many keys were revoked.</summary>
internal sealed record RevokedDocument(int Revoked);

/// <summary>Another cap, for good.</summary>
internal sealed class CapBody
{
    /// <summary>The key's own cap, in whole cents.</summary>
    public required JsonElement BudgetCents { get; init; }

    /// <exception cref="InvalidFieldException">It is no amount.</exception>
    public Cost ToCost() => Amount.ReadWhole(BudgetCents, "budgetCents");
}

/// <summary>More money for a while.</summary>
internal sealed class RaiseBody
{
    /// <summary>How much more, in decimal cents; 0 ends a raise.</summary>
    public required JsonElement ByCents { get; init; }

    /// <summary>For how long, e.g. <c>1h</c>.</summary>
    public required string For { get; init; }

    /// <summary>The name of a further budget; left out, the key's own.</summary>
    public string? Budget
    {
        get;
        init => field = TextField.Comparable(value, "budget");
    }

    /// <exception cref="InvalidFieldException">It is no amount.</exception>
    public Cost ToCost() => Amount.Read(ByCents, "byCents");

    /// <exception cref="InvalidFieldException">It is no duration.</exception>
    public TimeSpan ToDuration() => Lifetime.Parse(For, "for").Duration ?? throw new InvalidFieldException("for", "is no duration", "30m, 1h or 7d");
}
