namespace AgentKey.Storage;

/// <summary>A store that can examine itself: its tables, its indexes and the rows in them.</summary>
public interface IStoreExaminer
{
    /// <summary>Looks at everything and changes nothing. Reads every row, so it takes its time on a large table.</summary>
    /// <returns>What it found, the worst first; empty when all is well.</returns>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    Task<IReadOnlyList<StoreFinding>> ExamineAsync(CancellationToken cancellationToken);
}
