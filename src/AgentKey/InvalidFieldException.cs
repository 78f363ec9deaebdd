namespace AgentKey;

/// <summary>
/// One field of the caller's input is not acceptable. Nothing was written.
/// </summary>
/// <remarks>The message names the field and the accepted form; it never repeats a secret.</remarks>
public sealed class InvalidFieldException : ArgumentException
{
    /// <summary>Creates the error for one field.</summary>
    /// <param name="field">The field as the caller knows it, e.g. <c>budget</c>.</param>
    /// <param name="problem">What is wrong with the value, as the end of a sentence that starts with the field.</param>
    /// <param name="acceptedForm">What would have been accepted, with an example.</param>
    public InvalidFieldException(string field, string problem, string acceptedForm)
        : base($"{field} {problem}; accepted: {acceptedForm}")
    {
        Field = field;
        Problem = $"{field} {problem}";
        AcceptedForm = acceptedForm;
    }

    /// <summary>The field that was refused.</summary>
    public string Field { get; }

    /// <summary>The message without the accepted form, for one that says another.</summary>
    internal string Problem { get; }

    /// <summary>The form that would have been accepted.</summary>
    public string AcceptedForm { get; }

    /// <summary>Whether the value is well-formed, but more than the key above allows: a matter of rights, not of spelling.</summary>
    public bool IsTooWide { get; init; }
}
