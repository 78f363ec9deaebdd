namespace AgentKey.Storage;

/// <summary>What a usage report adds up by.</summary>
public enum UsageGrouping
{
    /// <summary>The key.</summary>
    Key,

    /// <summary>The scope that the calls needed.</summary>
    Scope,

    /// <summary>The tool that was called.</summary>
    Tool,

    /// <summary>The day of the decision, UTC.</summary>
    Day,
}
