using AgentKey.Postgres.Schema;

namespace AgentKey.Postgres;

/// <summary>
/// What the host's table calls each column that the store uses. The defaults are the names of the TypeScript library and
/// ours; change those that are other in your table, or that mean something else there.
/// </summary>
/// <remarks>
/// A name is letters, digits and <c>_</c>, at most 63 bytes, exactly as the catalog spells it; it is always quoted, so
/// mixed case and reserved words work. Setting any other throws <see cref="InvalidFieldException"/>.
/// </remarks>
public sealed class KeyColumns
{
    private readonly Dictionary<string, string> _names;

    /// <summary>The default names.</summary>
    public KeyColumns()
        : this(KeyColumn.All.ToDictionary(column => column.Role, column => column.Role, StringComparer.Ordinal))
    {
    }

    private KeyColumns(Dictionary<string, string> names) => _names = names;

    /// <summary>The key's id: whole numbers, uuid or text.</summary>
    public string Id { get => this["id"]; set => this["id"] = value; }

    /// <summary>The owner: whole numbers, uuid or text.</summary>
    public string AccountId { get => this["account_id"]; set => this["account_id"] = value; }

    /// <summary>The hash of the secret, in hex.</summary>
    public string KeyHash { get => this["key_hash"]; set => this["key_hash"] = value; }

    /// <summary>What lists show of the secret.</summary>
    public string KeyPrefix { get => this["key_prefix"]; set => this["key_prefix"] = value; }

    /// <summary>A label for people.</summary>
    public string Name { get => this["name"]; set => this["name"] = value; }

    /// <summary>When the key was made.</summary>
    public string CreatedAt { get => this["created_at"]; set => this["created_at"] = value; }

    /// <summary>When the key last paid for a call.</summary>
    public string LastUsedAt { get => this["last_used_at"]; set => this["last_used_at"] = value; }

    /// <summary>When the key was revoked.</summary>
    public string RevokedAt { get => this["revoked_at"]; set => this["revoked_at"] = value; }

    /// <summary>The account's user that the key belongs to.</summary>
    public string UserId { get => this["user_id"]; set => this["user_id"] = value; }

    /// <summary>What the key may do; <c>NULL</c> allows everything.</summary>
    public string Scopes { get => this["scopes"]; set => this["scopes"] = value; }

    /// <summary>The cap in whole cents; <c>NULL</c> for none.</summary>
    public string BudgetCents { get => this["budget_cents"]; set => this["budget_cents"] = value; }

    /// <summary>Spent and held, rounded up to whole cents.</summary>
    public string BudgetUsedCents { get => this["budget_used_cents"]; set => this["budget_used_cents"] = value; }

    /// <summary><c>day</c>, <c>month</c> or <c>NULL</c>.</summary>
    public string BudgetPeriod { get => this["budget_period"]; set => this["budget_period"] = value; }

    /// <summary>The end of the current period.</summary>
    public string BudgetResetAt { get => this["budget_reset_at"]; set => this["budget_reset_at"] = value; }

    /// <summary>When the key dies.</summary>
    public string ExpiresAt { get => this["expires_at"]; set => this["expires_at"] = value; }

    /// <summary>The human who delegated to the agent.</summary>
    public string DelegatedBy { get => this["delegated_by"]; set => this["delegated_by"] = value; }

    /// <summary>The external identity that the row is anchored to.</summary>
    public string ExternalSubject { get => this["external_subject"]; set => this["external_subject"] = value; }

    /// <summary>Spent and held, exactly, in micro-cents.</summary>
    public string BudgetUsedMicros { get => this["budget_used_micros"]; set => this["budget_used_micros"] = value; }

    /// <summary>The end of the period that the exact amount belongs to.</summary>
    public string BudgetUsedUntil { get => this["budget_used_until"]; set => this["budget_used_until"] = value; }

    /// <summary>The boundary from which periods are counted.</summary>
    public string BudgetAnchorAt { get => this["budget_anchor_at"]; set => this["budget_anchor_at"] = value; }

    /// <summary>A period that only this library knows.</summary>
    public string BudgetCalendar { get => this["budget_calendar"]; set => this["budget_calendar"] = value; }

    /// <summary>When the current period was begun.</summary>
    public string BudgetStartedAt { get => this["budget_started_at"]; set => this["budget_started_at"] = value; }

    /// <summary>The slices of a rolling window.</summary>
    public string BudgetWindow { get => this["budget_window"]; set => this["budget_window"] = value; }

    /// <summary>A raise of the cap, in micro-cents.</summary>
    public string BudgetRaiseMicros { get => this["budget_raise_micros"]; set => this["budget_raise_micros"] = value; }

    /// <summary>The end of the raise.</summary>
    public string BudgetRaiseUntil { get => this["budget_raise_until"]; set => this["budget_raise_until"] = value; }

    /// <summary>What a carved key has drawn from above, in micro-cents.</summary>
    public string BudgetDrawnMicros { get => this["budget_drawn_micros"]; set => this["budget_drawn_micros"] = value; }

    /// <summary>Whether the cap is drawn from the parent's budget.</summary>
    public string IsCarved { get => this["is_carved"]; set => this["is_carved"] = value; }

    /// <summary>The key above this one.</summary>
    public string ParentId { get => this["parent_id"]; set => this["parent_id"] = value; }

    /// <summary>The hash of the secret before the last rotation.</summary>
    public string PreviousKeyHash { get => this["previous_key_hash"]; set => this["previous_key_hash"] = value; }

    /// <summary>Until when the secret before is accepted.</summary>
    public string PreviousKeyUntil { get => this["previous_key_until"]; set => this["previous_key_until"] = value; }

    /// <summary>The name of a column by its role, which is its default name, e.g. <c>key_hash</c>.</summary>
    /// <param name="role">The role.</param>
    /// <exception cref="InvalidFieldException">There is no such role, or the name is no identifier.</exception>
    public string this[string role]
    {
        get => _names.GetValueOrDefault(role ?? "") ?? throw UnknownRole(role);
        set => _names[_names.ContainsKey(role ?? "") ? role! : throw UnknownRole(role)] = SqlIdentifier.RequireColumn(value, $"columns.{role}");
    }

    /// <summary>A copy that nobody changes any more.</summary>
    /// <exception cref="InvalidFieldException">Two roles have one name.</exception>
    internal KeyColumns Copy()
    {
        var twice = _names.GroupBy(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? new KeyColumns(new Dictionary<string, string>(_names, StringComparer.Ordinal))
            : throw new InvalidFieldException($"columns.{twice.Last()}", $"has the name of columns.{twice.First()} too", "a name for each");
    }

    /// <summary>A copy whose names are quoted for SQL.</summary>
    internal KeyColumns Quoted() =>
        new(_names.ToDictionary(pair => pair.Key, pair => SqlIdentifier.Quote(pair.Value), StringComparer.Ordinal));

    private static InvalidFieldException UnknownRole(string? role) =>
        new("columns", $"knows no {role}", string.Join(", ", KeyColumn.All.Select(column => column.Role)));
}
