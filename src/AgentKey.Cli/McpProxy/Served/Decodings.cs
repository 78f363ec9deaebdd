using System.Buffers.Text;
using System.Text;
using System.Text.RegularExpressions;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>What a text says to whoever decodes it once: percent-encoding, and Base64 or Base64url anywhere inside.</summary>
internal static partial class Decodings
{
    private const int Group = 4;

    /// <summary>The text itself, and what it may stand for.</summary>
    public static IEnumerable<string> Of(string text)
    {
        // Base64 in an address is percent-encoded itself.
        var unescaped = Uri.UnescapeDataString(text);
        return [text, unescaped, .. Base64().Matches(unescaped).SelectMany(run => OfBase64(run.Value))];
    }

    private static IEnumerable<string> OfBase64(string run)
    {
        // The zeros at the end complete the last group, wherever the first one begins.
        var digits = run.ReplaceLineEndings("").Replace('+', '-').Replace('/', '_') + "AAA";

        // What stands before it may look like a part of it, so it can begin at any digit of a group.
        return Enumerable.Range(0, Group).Select(skipped =>
            Encoding.Latin1.GetString(Base64Url.DecodeFromChars(digits.AsSpan(skipped, (digits.Length - skipped) / Group * Group))));
    }

    // No fewer digits hold the shortest key.
    [GeneratedRegex(@"[0-9A-Za-z+/_\-\r\n]{55,}")]
    private static partial Regex Base64();
}
