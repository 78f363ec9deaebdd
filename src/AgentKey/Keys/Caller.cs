namespace AgentKey.Keys;

/// <summary>The key, and if any its human, that a call runs for. Carries the secret's hash, never the secret. Immutable.</summary>
public sealed class Caller
{
    private const int MaxTextLength = 256;

    internal Caller(AgentSecret? secret, string? onBehalfOf)
    {
        Hash = secret?.Hash;
        Display = secret?.DisplayPrefix ?? "(malformed key)";
        OnBehalfOf = TextField.Optional(onBehalfOf, "onBehalfOf", MaxTextLength);
    }

    /// <summary>The end user on whose behalf the agent acts, as the ledger shall record it.</summary>
    public string? OnBehalfOf { get; }

    /// <summary>The hash of the presented secret; <see langword="null"/> when what was presented cannot be a secret.</summary>
    internal SecretHash? Hash { get; }

    private string Display { get; }

    /// <summary>The redacted secret, e.g. <c>ak_...9x2Q</c>.</summary>
    public override string ToString() => Display;
}
