using System.Text.Json.Nodes;
using AgentKey.Charging;
using AgentKey.Keys;
using AgentKey.Storage;

namespace AgentKey.Cli.Output;

/// <summary>Keys, refusals and ledger entries as JSON: camelCase, amounts in exact decimal cents, instants in ISO 8601 UTC.</summary>
internal static class KeyJson
{
    public static JsonObject Of(KeyInfo key) => new()
    {
        ["id"] = key.Id,
        ["accountId"] = key.AccountId,
        ["name"] = key.Name,
        ["prefix"] = key.DisplayPrefix,
        ["status"] = key.Status.ToString().ToLowerInvariant(),
        ["scopes"] = key.Scopes.IsUnlimited ? null : new JsonArray([.. key.Scopes.Held.Select(scope => (JsonNode)scope)]),
        ["budgetCents"] = key.Budget?.Cap.Cents,
        ["period"] = key.Budget?.Period.ToString(),
        ["spentCents"] = key.Spent.Cents,
        ["remainingCents"] = key.Remaining?.Cents,
        ["resetsAt"] = Instant(key.ResetsAt),
        ["expiresAt"] = Instant(key.ExpiresAt),
        ["revokedAt"] = Instant(key.RevokedAt),
        ["createdAt"] = Instant(key.CreatedAt),
        ["lastUsedAt"] = Instant(key.LastUsedAt),
        ["delegatedBy"] = key.DelegatedBy,
        ["userId"] = key.UserId,
        ["heldCents"] = key.Held.Cents,
        ["parentId"] = key.ParentId,
        ["carved"] = key.IsCarved,
        ["externalSubject"] = key.ExternalSubject,
        ["moreBudgets"] = new JsonArray([.. key.MoreBudgets.Select(Of)]),
        ["problem"] = key.Problem,
    };

    public static JsonObject Of(Budgets.BudgetInfo budget) => new()
    {
        ["name"] = budget.Name,
        ["capCents"] = budget.Budget?.Cap.Cents,
        ["period"] = budget.Budget?.Period.ToString(),
        ["spentCents"] = budget.Spent.Cents,
        ["remainingCents"] = budget.Remaining.Cents,
        ["resetsAt"] = Instant(budget.ResetsAt),
        ["problem"] = budget.Problem,
    };

    public static JsonObject Of(Denial denial) => new()
    {
        ["code"] = denial.Code,
        ["message"] = denial.Message,
        ["costCents"] = denial.Cost.Cents,
        ["remainingCents"] = denial.Remaining?.Cents,
        ["resetsAt"] = Instant(denial.ResetsAt),
        ["refusedBy"] = denial.RefusedBy,
        ["requiredScope"] = denial.RequiredScope,
    };

    public static JsonObject Of(LedgerEntry entry) => new()
    {
        ["sequence"] = entry.Sequence,
        ["keyId"] = entry.KeyId,
        ["at"] = Instant(entry.At),
        ["kind"] = entry.Kind.ToString().ToLowerInvariant(),
        ["amountCents"] = entry.AmountMicroCents / (decimal)Money.Cost.MicroCentsPerCent,
        ["operationId"] = entry.OperationId,
        ["refersTo"] = entry.RefersTo,
        ["scope"] = entry.Scope,
        ["tool"] = entry.Tool,
        ["traceId"] = entry.TraceId,
        ["onBehalfOf"] = entry.OnBehalfOf,
    };

    private static string? Instant(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
