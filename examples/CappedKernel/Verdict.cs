using AgentKey;
using AgentKey.Keys;
using AgentKey.Money;
using AgentKey.Storage;
using Spectre.Console;

namespace CappedKernel;

/// <summary>Holds the keys' rows against the ledger, and the work against what was to be expected.</summary>
internal static class Verdict
{
    /// <summary>Prints who spent what.</summary>
    /// <returns>What does not add up; empty when all does.</returns>
    public static async Task<IReadOnlyList<string>> PrintAsync(AgentKeys keys, KeyInfo supervisor, IReadOnlyList<Worker> workers)
    {
        var faults = new List<string>();
        var table = new Table().AddColumns("key", "cap", "spent", "own ledger", "ended");
        var spentByAll = await OwnAsync(keys, supervisor);
        foreach (var worker in workers)
        {
            var key = (await keys.FindAsync(worker.Key.Id))!;
            var own = await OwnAsync(keys, key);
            spentByAll += own;
            table.AddRow(key.Name, $"{key.Budget!.Cap}", $"{key.Spent}", $"{own}", worker.StoppedBy ?? (worker.HasFinished ? "finished" : "did not run"));
            Check(key.Spent == own, $"{key.Name}: the row says {key.Spent}, the ledger {own}");
            Check(key.Spent <= key.Budget.Cap, $"{key.Name}: {key.Spent} was spent of {key.Budget.Cap}");
        }

        var top = (await keys.FindAsync(supervisor.Id))!;
        table.AddRow(top.Name, $"{top.Budget!.Cap}", $"{top.Spent}", $"{await OwnAsync(keys, top)}", "");
        AnsiConsole.Write(table);
        Check(top.Spent == spentByAll, $"The supervisor's row says {top.Spent}, all four together spent {spentByAll}");
        faults.AddRange((await keys.VerifyAsync()).Select(discrepancy => discrepancy.ToString()));
        return faults;

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    /// <summary>What the key itself paid, without what is set aside for keys below it.</summary>
    private static async Task<Cost> OwnAsync(AgentKeys keys, KeyInfo key)
    {
        var sum = 0L;
        await foreach (var entry in keys.ReadLedgerAsync(key.Id))
        {
            sum += entry.Kind is LedgerEntryKind.Charge or LedgerEntryKind.Void ? entry.AmountMicroCents : 0;
        }

        return Cost.FromMicroCents(sum);
    }
}
