#pragma warning disable RS0030 // A part of one is what meters measure in; no money is ever in it.

using System.Diagnostics.Metrics;

namespace AgentKey.Telemetry;

/// <summary>The budgets that are nearest to their cap, among those that this process has decided on. One more leaves out the emptiest.</summary>
internal sealed class FullestBudgets(int most, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BudgetLevel> _levels = new(StringComparer.Ordinal);

    /// <summary>Remembers how full budgets are after a decision.</summary>
    public void Note(IReadOnlyList<BudgetLevel> levels)
    {
        lock (_gate)
        {
            foreach (var level in levels)
            {
                _levels[level.Budget] = level;
                if (_levels.Count > most)
                {
                    _levels.Remove(_levels.Values.MinBy(PartOf)!.Budget);
                }
            }
        }
    }

    /// <summary>What is used of each, as a part of one. What was said of a period that is over says nothing of the next.</summary>
    public IEnumerable<Measurement<double>> Measure()
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            return [.. _levels.Values.Where(level => level.ResetsAt is null || now < level.ResetsAt)
                .Select(level => new Measurement<double>(PartOf(level), new KeyValuePair<string, object?>("agentkey.budget", level.Budget)))];
        }
    }

    private static double PartOf(BudgetLevel level) => level.CapMicroCents > 0 ? (double)level.UsedMicroCents / level.CapMicroCents : 1;
}
