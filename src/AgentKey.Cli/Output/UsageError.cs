using System.CommandLine;

namespace AgentKey.Cli.Output;

/// <summary>What is wrong with a command line, which may have a secret where none belongs.</summary>
internal static class UsageError
{
    // What a person types by heart is shorter. A secret and a connection string are not.
    private const int LongestShown = 20;

    private const int Start = 3;

    /// <summary>The parser's sentences. They repeat what was typed, so what may be a secret is cut.</summary>
    public static string Describe(ParseResult parse)
    {
        var hidden = parse.Tokens.Select(token => token.Value).Concat(parse.UnmatchedTokens).Where(MayBeSecret)
            .Distinct(StringComparer.Ordinal).OrderByDescending(value => value.Length).ToArray();
        return string.Join(
            Environment.NewLine,
            parse.Errors.Select(error => hidden.Aggregate(error.Message, (message, value) => message.Replace(value, value[..Start] + "...", StringComparison.Ordinal))));
    }

    // An option is lower-case words, however long.
    private static bool MayBeSecret(string value) => value.Length > LongestShown && !value.All(c => char.IsAsciiLetterLower(c) || c == '-');
}
