using System.Diagnostics.CodeAnalysis;
using AgentKey.Charging;

namespace AgentKey.Keys;

/// <summary>The answer to "whose key is this, and may it be used?". Nothing is charged.</summary>
public sealed record KeyValidation
{
    internal KeyValidation(KeyInfo? key, Denial? denial)
    {
        Key = key;
        Denial = denial;
    }

    /// <summary>Whether the key may be used.</summary>
    [MemberNotNullWhen(true, nameof(Key))]
    [MemberNotNullWhen(false, nameof(Denial))]
    public bool IsAlive => Denial is null;

    /// <summary>The key, when it may be used.</summary>
    public KeyInfo? Key { get; }

    /// <summary>The refusal, when it may not.</summary>
    public Denial? Denial { get; }
}
