using AgentKey.Charging;

namespace AgentKey.Agents;

/// <summary>
/// A guarded tool refused to run. Adapters turn it into their protocol's own form of a refusal before any agent loop
/// sees it.
/// </summary>
public sealed class ToolDeniedException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ToolDeniedException(Denial denial)
        : base(denial?.Message)
    {
        ArgumentNullException.ThrowIfNull(denial);
        Denial = denial;
    }

    /// <summary>The refusal.</summary>
    public Denial Denial { get; }
}
