namespace AgentKey.Events;

/// <summary>What is worth telling somebody about. Read once, when <see cref="AgentKeys"/> is constructed.</summary>
/// <remarks>
/// Events are written in the transaction of the decision that caused them, so that none is lost and none is told of a
/// decision that did not happen. Whoever delivers them (AddAgentKeyWebhooks in AgentKey.AspNetCore) reads them from there.
/// </remarks>
public sealed class EventRules
{
    /// <summary>Percentages of a cap, 1 to 100, each of which is told once a period when spent and held money reaches it.</summary>
    public IReadOnlyList<int> Thresholds { get; set; } = [50, 80, 100];

    /// <summary>Whether a settlement above its hold is told.</summary>
    public bool Overruns { get; set; } = true;

    /// <summary>
    /// How many refused calls of one key within one hour are told, once in that hour; 0 for never. Counting costs a
    /// durable write for each batch with refusals.
    /// </summary>
    public int Refusals { get; set; } = 20;

    /// <exception cref="InvalidFieldException">A setting is out of range.</exception>
    internal void Validate()
    {
        if (Thresholds is null || Thresholds.Any(percent => percent is < 1 or > 100))
        {
            throw new InvalidFieldException(nameof(Thresholds), "is out of range", "percentages from 1 to 100, e.g. 50, 80, 100");
        }

        if (Refusals < 0)
        {
            throw new InvalidFieldException(nameof(Refusals), "is negative", "0 for never, or a number of calls, e.g. 20");
        }
    }
}
