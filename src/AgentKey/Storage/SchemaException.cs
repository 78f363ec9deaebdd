namespace AgentKey.Storage;

/// <summary>The table is missing or not of the expected form.</summary>
public sealed class SchemaException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">Which table and column, what was expected and found, and the command that mends it.</param>
    /// <param name="innerException">The driver's exception, if any.</param>
    public SchemaException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
