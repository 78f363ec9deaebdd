namespace AgentKey.Generators.Manifest;

/// <summary>What happened to a tool.</summary>
internal enum ToolChangeKind
{
    /// <summary>It is not in the accepted manifest.</summary>
    Added,

    /// <summary>It is only in the accepted manifest.</summary>
    Removed,

    /// <summary>It is in both, and says something else.</summary>
    Changed,
}
