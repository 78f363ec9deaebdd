using System.Text.RegularExpressions;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>
/// What a server may read in an address: parsers ignore user info and fragments, decode once or often, fold dots, drop
/// default ports, and do not care for letter case in the host.
/// </summary>
internal static partial class AddressReading
{
    // Each pass over a text that is encoded over and over takes the time of its length.
    private const int MostPasses = 3;

    /// <summary>An address without what parsers ignore.</summary>
    public static string Plain(string address)
    {
        var decoded = Encoded().Replace(address, code => (char)Convert.ToByte(code.Groups[1].Value, 16) is var letter && IsUnreserved(letter) ? letter.ToString() : code.Value);
        return Fragment().Replace(DefaultPort().Replace(UserInfo().Replace(decoded, "$1"), "$1"), "");
    }

    /// <summary>For comparison with a whole address: servers take one with more slashes, or an empty query, for the same.</summary>
    public static string KeyOf(string plain) => Slashes().Replace(plain, "/").TrimEnd('/', '?');

    /// <summary>The address without percent codes; <see langword="null"/> when it is encoded over and over.</summary>
    public static string? FindDecoded(string address)
    {
        for (var pass = 0; pass <= MostPasses; pass++)
        {
            var decoded = Uri.UnescapeDataString(address);
            if (decoded == address)
            {
                return address;
            }

            address = decoded;
        }

        return null;
    }

    /// <summary>Whether parts of it may cancel each other, or parsers disagree where they end.</summary>
    public static bool IsWandering(string address, string decoded) =>
        address.Any(letter => char.IsControl(letter) || letter == '\\') || address.Trim() != address || DotSegment().IsMatch(decoded);

    private static bool IsUnreserved(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~';

    [GeneratedRegex("%([2-7][0-9A-Fa-f])")]
    private static partial Regex Encoded();

    [GeneratedRegex(@"\A([^:/?#]+://)[^/?#]*@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"\A((?:http|ws)s?://[^/?#]*?):(?:80|443)?(?=[/?#]|\z)", RegexOptions.IgnoreCase)]
    private static partial Regex DefaultPort();

    [GeneratedRegex(@"#.*\z", RegexOptions.Singleline)]
    private static partial Regex Fragment();

    [GeneratedRegex("/+")]
    private static partial Regex Slashes();

    [GeneratedRegex(@"(?<=[/\\?#]|\A)\.\.?(?=[/\\?#]|\z)")]
    private static partial Regex DotSegment();
}
