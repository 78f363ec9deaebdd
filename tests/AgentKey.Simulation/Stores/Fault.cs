namespace AgentKey.Simulation.Stores;

/// <summary>What goes wrong with one request.</summary>
internal enum Fault
{
    None,

    /// <summary>The database cannot be reached.</summary>
    Unreachable,

    /// <summary>The connection is lost before the commit: nothing was changed.</summary>
    LostBeforeCommit,

    /// <summary>The connection is lost after the commit: everything was changed, and nobody hears of it.</summary>
    LostAcknowledgement,

    /// <summary>The request takes longer than anybody waits.</summary>
    Hang,

    /// <summary>A statement fails, and with it the whole transaction.</summary>
    StatementFails,

    /// <summary>An error is told that is no outage, and everything was changed.</summary>
    FailsAfterCommit,
}
