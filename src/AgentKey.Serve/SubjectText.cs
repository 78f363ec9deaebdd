namespace AgentKey.Serve;

/// <summary>Reads an identity by the name that requests have for it; the core calls it what the table does.</summary>
internal static class SubjectText
{
    /// <exception cref="InvalidFieldException">It is empty, too long or not printable.</exception>
    public static string Read(string text) => TextField.Require(text, "subject", AgentKeys.MaxTextLength);
}
