namespace AgentKey.Agents;

/// <summary>What happens to the money when the work did not succeed.</summary>
public enum FailureOutcome
{
    /// <summary>The charge is returned.</summary>
    Refund,

    /// <summary>The charge stays: the work may have cost something.</summary>
    Keep,
}
