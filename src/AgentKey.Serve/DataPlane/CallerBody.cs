using AgentKey.Keys;

namespace AgentKey.Serve.DataPlane;

// A class: a record would print the secret.
/// <summary>Who pays.</summary>
internal class CallerBody
{
    /// <summary>The agent's secret, as the application got it.</summary>
    public string? Key { get; init; }

    /// <summary>Instead of a key: an identity that the application has verified itself.</summary>
    public string? Subject { get; init; }

    /// <summary>The end user on whose behalf the agent acts, for the ledger.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The caller; a key of any form, so that a malformed one is refused like any other bad one.</summary>
    /// <exception cref="InvalidFieldException">Neither is said, or both, or one cannot be.</exception>
    public Caller ToCaller(AgentKeys keys) => (Key, Subject) switch
    {
        ({ } key, null) => keys.Identify(key, OnBehalfOf),
        (null, { } subject) => keys.IdentifySubject(SubjectText.Read(subject), OnBehalfOf),
        _ => throw new InvalidFieldException("key", "has to be there, or subject, and not both", "the agent's secret as it was presented, e.g. \"key\": \"ak_…\""),
    };
}
