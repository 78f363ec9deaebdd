using System.Diagnostics;

namespace AgentKey.Keys;

/// <summary>
/// Secret keys that go into the hashes of secrets (HMAC-SHA-256), each under a name that the row remembers. They belong
/// into a vault or the environment, never into the database: then who can write the table cannot make a key that opens.
/// </summary>
/// <remarks>
/// To replace one: add the new one everywhere, then make it <see cref="Current"/>; rows change over at their next paid
/// call. The TypeScript library knows plain SHA-256 only, so it no longer opens a key whose row has changed over.
/// Nothing returns a pepper again: not <see cref="ToString"/>, not a debugger, not JSON.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class Peppers
{
    private const int MinKeyLength = 32;
    private const int MaxIdLength = 32;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <summary>The name of the pepper that new hashes are made with; <see langword="null"/> for plain SHA-256.</summary>
    public string? Current { get; set; }

    /// <summary>Whether rows with a plain SHA-256 still open. Turn it off once <c>agentkey doctor</c> counts none: from then on nobody can forge a row.</summary>
    public bool AcceptPlainHashes { get; set; } = true;

    /// <summary>
    /// Whether a row whose hash was made in another way gets a current one at its next paid call, under its lock. The
    /// role of the program needs the right to update the hash column for it.
    /// </summary>
    public bool UpgradeHashes { get; set; } = true;

    /// <summary>Reads <c>name:BASE64</c> pairs, separated by commas, of which the first is the current one.</summary>
    /// <param name="text">The pairs.</param>
    /// <param name="field">What the error is to name.</param>
    /// <exception cref="InvalidFieldException">The text has another form; it is not repeated.</exception>
    public static Peppers Parse(string text, string field = "peppers")
    {
        ArgumentNullException.ThrowIfNull(text);
        var peppers = new Peppers();
        foreach (var pair in text.Split(','))
        {
            var key = new byte[pair.Length];
            if (pair.Split(':') is not [var id, var base64] || !Convert.TryFromBase64String(base64, key, out var length))
            {
                throw new InvalidFieldException(field, "has another form", "name:BASE64, separated by commas, the current one first");
            }

            peppers.Add(id, key.AsSpan(0, length));
            peppers.Current ??= id;
        }

        return peppers;
    }

    /// <summary>Adds a pepper.</summary>
    /// <param name="id">Its name: 1 to 32 of a-z, 0-9, - and _.</param>
    /// <param name="key">At least 32 random bytes; they are copied.</param>
    /// <exception cref="InvalidFieldException">The name is malformed or taken, or the key is too short.</exception>
    public void Add(string id, ReadOnlySpan<byte> key)
    {
        if (id is null || id.Length is 0 or > MaxIdLength || !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
        {
            throw new InvalidFieldException("peppers", "has a malformed name", $"1 to {MaxIdLength} of a-z, 0-9, - and _, e.g. 2026-11");
        }

        if (key.Length < MinKeyLength)
        {
            throw new InvalidFieldException("peppers", $"has {key.Length} bytes under {id}", $"at least {MinKeyLength} random bytes");
        }

        if (!_keys.TryAdd(id, key.ToArray()))
        {
            throw new InvalidFieldException("peppers", $"has {id} twice", "each name once");
        }
    }

    /// <summary>How many there are. Never the peppers.</summary>
    public override string ToString() => $"({_keys.Count} peppers, current: {Current ?? "none"})";

    /// <summary>Checks that they fit together.</summary>
    /// <exception cref="InvalidFieldException">The current one was not added, or nothing would open.</exception>
    internal void Validate()
    {
        if (Current is not null && !_keys.ContainsKey(Current))
        {
            throw new InvalidFieldException("peppers", $"has no {Current}, which is to be the current one", "the name of a pepper that was added");
        }

        if (Current is null && !AcceptPlainHashes)
        {
            throw new InvalidFieldException("peppers", "has no current one and refuses plain hashes", "a current pepper");
        }
    }

    /// <summary>A copy that nobody changes any more.</summary>
    internal Peppers Copy()
    {
        var copy = new Peppers { Current = Current, AcceptPlainHashes = AcceptPlainHashes, UpgradeHashes = UpgradeHashes };
        foreach (var (id, key) in _keys)
        {
            copy._keys.Add(id, key);
        }

        return copy;
    }

    /// <summary>The hash that a new row gets.</summary>
    internal SecretHash HashOf(AgentSecret secret) => Current is null ? secret.Hash : SecretHash.Of(secret.Reveal(), Current, _keys[Current]);

    /// <summary>Every hash by which a row may know a secret.</summary>
    internal SecretCredential CredentialOf(AgentSecret secret)
    {
        var others = _keys.Where(pepper => pepper.Key != Current).Select(pepper => SecretHash.Of(secret.Reveal(), pepper.Key, pepper.Value));
        return new SecretCredential(HashOf(secret))
        {
            Others = Current is not null && AcceptPlainHashes ? [.. others, secret.Hash] : [.. others],
            MayUpgrade = Current is not null && UpgradeHashes,
        };
    }
}
