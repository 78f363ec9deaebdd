using System.Text.Json;
using AgentKey.Budgets;
using AgentKey.Keys;
using AgentKey.Scopes;

namespace AgentKey.Serve.AdminPlane;

/// <summary>A key that is asked for. Whatever makes it unlimited has to be said.</summary>
internal class KeyBody
{
    public required string AccountId { get; init; }

    public string? Name { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Instead of scopes: the key may do everything.</summary>
    public bool AllScopes { get; init; }

    /// <summary>The cap, in whole cents.</summary>
    public JsonElement? BudgetCents { get; init; }

    /// <summary>Instead of a cap: the key has none.</summary>
    public bool NoBudget { get; init; }

    /// <summary>When the cap starts again, e.g. <c>day</c>; left out, never.</summary>
    public string? Period { get; init; }

    /// <summary>How long the key lives, e.g. <c>7d</c>, or until when; left out, for ever.</summary>
    public string? Expires { get; init; }

    public string? ParentId { get; init; }

    /// <summary>Whether the cap is drawn from the parent's budget at once.</summary>
    public bool Carve { get; init; }

    public string? DelegatedBy { get; init; }

    public string? UserId { get; init; }

    /// <exception cref="InvalidFieldException">A member is not acceptable.</exception>
    public NewKey ToNewKey() => new()
    {
        AccountId = AccountId,
        Name = Name ?? "default",
        Scopes = ToScopes(),
        Budget = ToBudget(),
        Lifetime = Expires is null ? Lifetime.Forever : Lifetime.Parse(Expires),
        ParentId = ParentId,
        Carve = Carve,
        DelegatedBy = DelegatedBy,
        UserId = UserId,
    };

    private ScopeSet ToScopes() => (Scopes, AllScopes) switch
    {
        ({ } scopes, false) => ScopeSet.Of(scopes),
        (null, true) => ScopeSet.Unlimited,
        _ => throw new InvalidFieldException("scopes", "have to be there, or allScopes, and not both", "\"scopes\": [\"docs.read\", \"chat.*\"]"),
    };

    private Budget? ToBudget() => (BudgetCents, NoBudget) switch
    {
        ({ } cents, false) => new Budget(Amount.ReadWhole(cents, "budgetCents"), BudgetPeriod.Parse(Period ?? "once")),
        (null, true) when Period is null => null,
        _ => throw new InvalidFieldException("budgetCents", "has to be there, or noBudget without a period, and not both", "\"budgetCents\": 300, \"period\": \"day\""),
    };
}

/// <summary>A key without a secret, for an identity that applications verify themselves.</summary>
internal sealed class SubjectBody : KeyBody
{
    public required string Subject { get; init; }
}
