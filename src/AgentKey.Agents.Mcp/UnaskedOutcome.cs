namespace AgentKey.Agents.Mcp;

/// <summary>What becomes of a dear call whose client can ask nobody.</summary>
public enum UnaskedOutcome
{
    /// <summary>It runs: the key's budget is the limit.</summary>
    Run,

    /// <summary>It is refused with <c>not_approved</c>.</summary>
    Refuse,
}
