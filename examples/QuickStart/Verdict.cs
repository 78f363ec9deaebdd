using AgentKey;
using AgentKey.Money;
using AgentKey.Storage;
using Spectre.Console;

namespace QuickStart;

/// <summary>Holds three accounts of the same money against each other: the agent's, the key's row, and the ledger.</summary>
internal static class Verdict
{
    /// <summary>Prints the table.</summary>
    /// <returns>What does not add up; empty when every cap was met to the cent.</returns>
    public static async Task<IReadOnlyList<string>> PrintAsync(AgentKeys keys, IEnumerable<Agent> agents)
    {
        var table = new Table().AddColumns("agent", "key may", "calls allowed", "refused", "spent", "left", "ledger");
        var faults = new List<string>();
        foreach (var agent in agents)
        {
            var key = (await keys.FindAsync(agent.Key.Id))!;
            var ledger = await SumLedgerAsync(keys, agent.Key.Id);
            table.AddRow(
                agent.Name, key.Scopes.ToString(), $"{agent.Tally.Allowed}", agent.Tally.Refused, $"{key.Spent}", $"{key.Remaining}", $"{ledger}");
            Check(key.Spent == ledger, $"{agent.Name}: the row says {key.Spent}, the ledger {ledger}");
            Check(key.Spent == agent.Tally.Spent, $"{agent.Name}: the row says {key.Spent}, the agent saw {agent.Tally.Spent}");
            Check(key.Spent == key.Budget!.Cap, $"{agent.Name}: {key.Spent} was spent of {key.Budget.Cap}");
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 140;
        }

        AnsiConsole.Write(table);
        return faults;

        void Check(bool holds, string fault)
        {
            if (!holds)
            {
                faults.Add(fault);
            }
        }
    }

    private static async Task<Cost> SumLedgerAsync(AgentKeys keys, string keyId)
    {
        var sum = 0L;
        await foreach (var entry in keys.ReadLedgerAsync(keyId))
        {
            sum += entry.Kind is LedgerEntryKind.Charge or LedgerEntryKind.Void ? entry.AmountMicroCents : 0;
        }

        return Cost.FromMicroCents(sum);
    }
}
