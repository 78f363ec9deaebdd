using AgentKey.Charging;

namespace AgentKey.Agents.AI;

/// <summary>
/// A model call could not be paid for, so it was not made. Tool loops do not swallow what a chat client throws: it reaches
/// the caller of the agent at once.
/// </summary>
public sealed class ModelCallDeniedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ModelCallDeniedException(Denial denial)
        : base(denial?.Message)
    {
        ArgumentNullException.ThrowIfNull(denial);
        Denial = denial;
    }

    /// <summary>The refusal.</summary>
    public Denial Denial { get; }
}
