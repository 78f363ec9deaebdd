namespace AgentKey.Storage;

/// <summary>The database could not be reached or did not answer in time. No call may run.</summary>
/// <remarks>A transaction whose commit was already sent may have happened; repeating it with the same operation ids is safe.</remarks>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">What was tried, without credentials.</param>
    /// <param name="innerException">The driver's exception.</param>
    public StoreUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>
    /// Whose rows another transaction has locked, as <see cref="BatchRequest.BudgetOwners"/> names them, when that is all that
    /// kept a batch from being decided: whoever needs none of them can be served. Null when the store itself is unavailable.
    /// </summary>
    public IReadOnlyCollection<string>? LockedOwners { get; init; }

    internal static StoreUnavailableException After(TimeSpan timeout, Exception innerException) =>
        new($"The store did not answer within {timeout}.", innerException);
}
