namespace AgentKey.Agents.AI;

/// <summary>What a model call costs when the provider did not say what it used: the answer was cut off, left, or came without usage.</summary>
public enum UnmeteredOutcome
{
    /// <summary>The estimated input, unless the provider had reported it, and the output that was seen.</summary>
    Observed,

    /// <summary>The most that the call could cost by the estimate: what was held for it.</summary>
    Hold,

    /// <summary>Nothing. Only for providers that do not bill what was not finished.</summary>
    Nothing,
}
