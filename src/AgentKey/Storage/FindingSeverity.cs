namespace AgentKey.Storage;

/// <summary>How bad a finding is.</summary>
public enum FindingSeverity
{
    /// <summary>Good to know; nothing has to be done.</summary>
    Note,

    /// <summary>Calls go on, but something is not as it should be.</summary>
    Warning,

    /// <summary>Calls are refused, or money would not add up.</summary>
    Error,
}
