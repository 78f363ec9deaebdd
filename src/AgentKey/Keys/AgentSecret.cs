using System.Buffers;
using System.Diagnostics;
using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;

namespace AgentKey.Keys;

/// <summary>
/// The bearer string of a key: prefix, 32 random base62 characters and 6 of checksum, e.g. <c>ak_</c> + 38 characters.
/// </summary>
/// <remarks>
/// The checksum is a CRC-32 of everything before it, so that junk is refused without asking the database and scanners
/// can recognise a leaked key. Secrets of the TypeScript library (<c>ak_</c> + 48 lower-case hex digits) are accepted.
/// Nothing but <see cref="Reveal"/> returns the value: not <see cref="ToString"/>, not a debugger, not JSON.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed class AgentSecret
{
    /// <summary>The prefix of secrets unless another is configured.</summary>
    public const string DefaultPrefix = "ak_";

    /// <summary>The environment variable that hands a secret to a program; never a command-line argument, which others can read.</summary>
    public const string EnvironmentVariable = "AGENTKEY_API_KEY";

    private const int RandomLength = 32;
    private const int ChecksumLength = 6;
    private const int TypeScriptHexLength = 48;
    private const int MaxPrefixLength = 32;
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Base62Characters = SearchValues.Create(Base62);
    private static readonly SearchValues<char> HexCharacters = SearchValues.Create("0123456789abcdef");

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _value;

    private AgentSecret(string value, string displayPrefix)
    {
        _value = value;
        DisplayPrefix = displayPrefix;
        Hash = SecretHash.Of(value);
    }

    /// <summary>What the table stores.</summary>
    public SecretHash Hash { get; }

    /// <summary>What lists show to tell keys apart, e.g. <c>ak_...9x2Q</c>. The end of the checksum: no help to a guesser.</summary>
    public string DisplayPrefix { get; }

    /// <summary>A new secret from the operating system's random generator.</summary>
    /// <param name="prefix">Lower-case letters, digits and <c>_</c>, ending in <c>_</c>.</param>
    /// <exception cref="InvalidFieldException">The prefix has another form.</exception>
    public static AgentSecret Generate(string prefix = DefaultPrefix)
    {
        RequirePrefix(prefix);
        var body = prefix + RandomNumberGenerator.GetString(Base62, RandomLength);
        var value = body + Checksum(body);
        return new AgentSecret(value, Display(prefix, value));
    }

    /// <summary>Reads a presented secret. Decides on form and checksum alone; touches no database.</summary>
    /// <returns><see langword="false"/> when it cannot be a secret with this prefix: wrong length, character or checksum.</returns>
    public static bool TryParse(string? presented, out AgentSecret secret, string prefix = DefaultPrefix)
    {
        secret = null!;
        ArgumentNullException.ThrowIfNull(prefix);
        if (presented is null || !presented.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = presented.AsSpan(prefix.Length);
        if (!(IsOurs(presented, rest) || (rest.Length == TypeScriptHexLength && !rest.ContainsAnyExcept(HexCharacters))))
        {
            return false;
        }

        secret = new AgentSecret(presented, Display(prefix, presented));
        return true;
    }

    /// <summary>Checks a configured prefix.</summary>
    /// <exception cref="InvalidFieldException">It is empty, too long, or not lower-case letters, digits and <c>_</c> ending in <c>_</c>.</exception>
    public static void RequirePrefix(string? prefix)
    {
        if (string.IsNullOrEmpty(prefix) || prefix.Length > MaxPrefixLength || prefix[^1] != '_'
            || !prefix.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            throw new InvalidFieldException("prefix", "is malformed", $"1 to {MaxPrefixLength} of a-z, 0-9 and _ that end in _, e.g. ak_");
        }
    }

    /// <summary>The secret itself. Show it once, to the one who asked for the key.</summary>
    public string Reveal() => _value;

    /// <summary>The redacted form, e.g. <c>ak_...9x2Q</c>.</summary>
    public override string ToString() => DisplayPrefix;

    private static bool IsOurs(string presented, ReadOnlySpan<char> rest) =>
        rest.Length == RandomLength + ChecksumLength
        && !rest.ContainsAnyExcept(Base62Characters)
        && presented.AsSpan(presented.Length - ChecksumLength).SequenceEqual(Checksum(presented[..^ChecksumLength]));

    private static string Checksum(string body)
    {
        var crc = Crc32.HashToUInt32(Encoding.ASCII.GetBytes(body));
        Span<char> digits = stackalloc char[ChecksumLength];
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = Base62[(int)(crc % Base62.Length)];
            crc /= (uint)Base62.Length;
        }

        return new string(digits);
    }

    private static string Display(string prefix, string value) => $"{prefix}...{value[^4..]}";
}
