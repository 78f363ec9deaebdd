using System.Security.Cryptography;
using System.Text;

namespace AgentKey.Keys;

/// <summary>The lower-case hex SHA-256 of a whole secret: what the table's <c>key_hash</c> column stores.</summary>
/// <remarks>A fast hash is right here: a secret carries 190 random bits, so there is nothing to guess (NIST SP 800-63B §5.2.7).</remarks>
public sealed class SecretHash : IEquatable<SecretHash>
{
    private SecretHash(string hex) => Hex = hex;

    /// <summary>64 lower-case hex digits.</summary>
    public string Hex { get; }

    /// <summary>The hash of a secret.</summary>
    public static SecretHash Of(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return new SecretHash(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret))));
    }

    /// <summary>Whether a stored hash is this one, compared byte by byte in constant time whatever the column's collation is.</summary>
    public bool Matches(string? storedHex) =>
        storedHex is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Hex), Encoding.ASCII.GetBytes(storedHex));

    /// <inheritdoc/>
    public bool Equals(SecretHash? other) => Matches(other?.Hex);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SecretHash);

    /// <inheritdoc/>
    public override int GetHashCode() => Hex.GetHashCode(StringComparison.Ordinal);

    /// <summary>Never the hash itself: whoever can write a hash into the table could mint a key with it.</summary>
    public override string ToString() => "(secret hash)";
}
