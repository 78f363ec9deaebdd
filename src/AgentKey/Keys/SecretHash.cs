using System.Security.Cryptography;
using System.Text;

namespace AgentKey.Keys;

/// <summary>The hash of a whole secret, as the table's <c>key_hash</c> column stores it: SHA-256, or HMAC-SHA-256 with a named pepper.</summary>
/// <remarks>A fast hash is right here: a secret carries 190 random bits, so there is nothing to guess (NIST SP 800-63B §5.2.7).</remarks>
public sealed class SecretHash : IEquatable<SecretHash>
{
    private SecretHash(string? pepperId, byte[] hash)
    {
        PepperId = pepperId;
        Hex = Convert.ToHexStringLower(hash);
    }

    /// <summary>64 lower-case hex digits.</summary>
    public string Hex { get; }

    /// <summary>The name of the pepper; <see langword="null"/> for plain SHA-256, as the TypeScript library writes it.</summary>
    public string? PepperId { get; }

    /// <summary>What the column holds: the digits, after the pepper's name and a colon if there is one.</summary>
    public string Stored => PepperId is null ? Hex : $"{PepperId}:{Hex}";

    /// <summary>The plain SHA-256 of a secret.</summary>
    public static SecretHash Of(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return new SecretHash(null, SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
    }

    /// <summary>The HMAC-SHA-256 of a secret.</summary>
    internal static SecretHash Of(string secret, string pepperId, byte[] pepper) =>
        new(pepperId, HMACSHA256.HashData(pepper, Encoding.UTF8.GetBytes(secret)));

    /// <summary>Whether a stored hash is this one, compared byte by byte in constant time whatever the column's collation is.</summary>
    public bool Matches(string? stored) =>
        stored is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Stored), Encoding.ASCII.GetBytes(stored));

    /// <inheritdoc/>
    public bool Equals(SecretHash? other) => Matches(other?.Stored);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SecretHash);

    /// <inheritdoc/>
    public override int GetHashCode() => Hex.GetHashCode(StringComparison.Ordinal);

    /// <summary>Never the hash itself: whoever can write a hash into the table could mint a key with it.</summary>
    public override string ToString() => "(secret hash)";
}
