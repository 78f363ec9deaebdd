namespace AgentKey.Keys;

/// <summary>The key, and if any its human, that a call runs for. Carries the secret's hash, never the secret. Immutable.</summary>
public sealed class Caller
{
    private const int MaxTextLength = 256;

    internal Caller(Credential? credential, string display, string? onBehalfOf)
    {
        Credential = credential;
        Display = display;
        OnBehalfOf = TextField.Optional(onBehalfOf, "onBehalfOf", MaxTextLength);
    }

    /// <summary>The end user on whose behalf the agent acts, as the ledger shall record it.</summary>
    public string? OnBehalfOf { get; }

    /// <summary>Whether what was presented has the form of a secret at all. If not, it is refused without the store.</summary>
    public bool CanOpenAKey => Credential is not null;

    /// <summary>What was presented; <see langword="null"/> when it cannot open any key.</summary>
    internal Credential? Credential { get; }

    private string Display { get; }

    /// <summary>The redacted secret, e.g. <c>ak_...9x2Q</c>, or the subject.</summary>
    public override string ToString() => Display;
}
