using System.Globalization;
using AgentKey.Keys;
using AgentKey.Storage;
using Spectre.Console;

namespace AgentKey.Cli.Output;

/// <summary>Keys and ledger entries as a person reads them. Every text is escaped: a key's name is not markup.</summary>
internal static class KeyTable
{
    public static Table Of(IEnumerable<KeyInfo> keys)
    {
        var table = Create("id", "account", "name", "key", "status", "scopes", "budget", "spent", "left", "resets", "expires");
        foreach (var key in keys)
        {
            AddRow(
                table, key.Id, key.AccountId, key.Name, key.DisplayPrefix, key.Status.ToString().ToLowerInvariant(), key.Scopes.ToString(),
                BudgetOf(key), key.Problem is null ? key.Spent.ToString() : null, key.Problem is null ? key.Remaining?.ToString() : null,
                Instant(key.ResetsAt), Instant(key.ExpiresAt));
        }

        return table;
    }

    public static Table Of(IEnumerable<LedgerEntry> entries)
    {
        var table = Create("at", "key", "kind", "amount", "scope", "tool", "operation");
        foreach (var entry in entries)
        {
            AddRow(
                table, Instant(entry.At), entry.KeyId, entry.Kind.ToString().ToLowerInvariant(),
                (entry.AmountMicroCents < 0 ? "-" : "") + entry.Amount, entry.Scope, entry.Tool, entry.RefersTo ?? entry.OperationId);
        }

        return table;
    }

    /// <summary>Any rows under any heads.</summary>
    public static Table Of(string[] heads, IEnumerable<string?[]> rows)
    {
        var table = Create(heads);
        foreach (var row in rows)
        {
            AddRow(table, row);
        }

        return table;
    }

    private static string BudgetOf(KeyInfo key) => key switch
    {
        { Problem: not null } => "(makes no sense: agentkey doctor)",
        { Budget: { } budget } => $"{budget.Cap} {budget.Period}",
        _ => "(no cap)",
    };

    private static Table Create(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)) { NoWrap = true });
        }

        return table;
    }

    private static void AddRow(Table table, params string?[] cells) => table.AddRow(cells.Select(cell => new Text(cell ?? "-")));

    public static string? Instant(DateTimeOffset? instant) =>
        instant?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
