using System.Security.Cryptography;
using System.Text;

namespace AgentKey.Serve;

/// <summary>The tokens that open a plane: usually one, two while it is being replaced. Holds their hashes only. Immutable.</summary>
public sealed class AccessTokens
{
    private const int MinLength = 32;
    private const int MaxLength = 256;

    private readonly byte[][] _hashes;

    private AccessTokens(byte[][] hashes) => _hashes = hashes;

    /// <summary>Reads tokens, one a line. Empty lines and white space around a token are ignored.</summary>
    /// <param name="text">The content of a file or of a variable.</param>
    /// <param name="field">The name that an error gives to it, e.g. <c>--token-file</c>.</param>
    /// <exception cref="InvalidFieldException">There is none, or one is too short, too long, or not visible ASCII. It is not repeated.</exception>
    public static AccessTokens Parse(string? text, string field = "token")
    {
        var lines = (text ?? "").Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0 && lines.All(line => line.Length is >= MinLength and <= MaxLength && !line.AsSpan().ContainsAnyExceptInRange('!', '~'))
            ? new AccessTokens([.. lines.Select(Hash)])
            : throw new InvalidFieldException(
                field, "has no usable token", $"tokens of {MinLength} to {MaxLength} visible ASCII characters, one a line, e.g. from: openssl rand -hex 32");
    }

    /// <summary>How many tokens there are, never which.</summary>
    public override string ToString() => $"({_hashes.Length} tokens)";

    // Hashes have one length and nobody can steer them, and each is compared in full: time tells nothing.
    internal TokenFingerprint? Find(string? presented)
    {
        if (presented is null)
        {
            return null;
        }

        var hash = Hash(presented);
        return _hashes.Aggregate(false, (isKnown, known) => isKnown | CryptographicOperations.FixedTimeEquals(known, hash))
            ? new TokenFingerprint(Convert.ToHexStringLower(hash.AsSpan(0, 4)))
            : null;
    }

    internal bool Overlaps(AccessTokens other) => _hashes.Any(hash => other._hashes.Any(known => known.AsSpan().SequenceEqual(hash)));

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
