using System.Diagnostics.Metrics;
using AgentKey.Keys;

namespace AgentKey;

/// <summary>Settings of <see cref="AgentKeys"/>. Read once, at construction.</summary>
public sealed class AgentKeysOptions
{
    /// <summary>What secrets start with: lower-case letters, digits and <c>_</c>, ending in <c>_</c>.</summary>
    public string SecretPrefix { get; set; } = AgentSecret.DefaultPrefix;

    /// <summary>How long a decision may wait for the store before it fails with <see cref="Storage.StoreUnavailableException"/>.</summary>
    public TimeSpan StoreTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most operations that one transaction decides.</summary>
    public int MaxBatchSize { get; set; } = 512;

    /// <summary>How many keys may stand above one another, 1 to 16. A key without a parent counts as 1. The default is 8.</summary>
    public int MaxDepth { get; set; } = 8;

    /// <summary>What is worth telling somebody about; <see langword="null"/>, the default, for nothing.</summary>
    public Events.EventRules? Events { get; set; }

    /// <summary>The peppers of the hashes; none unless added, which means plain SHA-256, as the TypeScript library reads and writes it.</summary>
    public Peppers Peppers { get; set; } = new();

    /// <summary>
    /// How many whole calendar months (UTC) of the ledger <see cref="AgentKeys.PruneLedgerAsync(CancellationToken)"/>
    /// keeps before the current one, 1 to 1200. The default is 13. A repeated operation id is recognised for at least as
    /// long; nothing is removed unless you prune.
    /// </summary>
    public int LedgerMonths { get; set; } = 13;

    /// <summary>
    /// Of how many budgets the gauge <c>agentkey.budget.utilization</c> tells, 0 to 100: those nearest to their cap among
    /// those that this process decides on. Each is a series of its own, tagged with the id of a key or the name of an
    /// account. The default is 0.
    /// </summary>
    public int MeasuredBudgets { get; set; }

    /// <summary>Makes the meter <c>AgentKey</c>; <see langword="null"/> for one of its own. <c>AddAgentKeys</c> sets the application's.</summary>
    public IMeterFactory? MeterFactory { get; set; }

    internal void Validate()
    {
        if (LedgerMonths is < 1 or > 1200)
        {
            throw new InvalidFieldException(nameof(LedgerMonths), "is out of range", "1 to 1200");
        }

        if (MeasuredBudgets is < 0 or > 100)
        {
            throw new InvalidFieldException(nameof(MeasuredBudgets), "is out of range", "0 to 100");
        }

        Peppers.Validate();
        Events?.Validate();
        if (MaxDepth is < 1 or > Storage.KeyChain.MaxLength)
        {
            throw new InvalidFieldException(nameof(MaxDepth), "is out of range", $"1 to {Storage.KeyChain.MaxLength}");
        }

        AgentSecret.RequirePrefix(SecretPrefix);
        if (StoreTimeout <= TimeSpan.Zero)
        {
            throw new InvalidFieldException(nameof(StoreTimeout), "is not positive", "a positive duration, e.g. 00:00:05");
        }

        if (MaxBatchSize is < 1 or > 10_000)
        {
            throw new InvalidFieldException(nameof(MaxBatchSize), "is out of range", "1 to 10000");
        }
    }
}
