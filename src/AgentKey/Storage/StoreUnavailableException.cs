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

    internal static StoreUnavailableException After(TimeSpan timeout, Exception innerException) =>
        new($"The store did not answer within {timeout}.", innerException);
}
