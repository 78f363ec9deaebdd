using System.Text.RegularExpressions;

namespace AgentKey.Cli.McpProxy.Served;

/// <summary>Which addresses a URI template (RFC 6570) can make. Wide where in doubt: the server behind decides what it has.</summary>
internal sealed partial class AddressPattern(string template, bool isCaseSensitive = true)
{
    // Addresses come from clients, so the time that one takes must not depend on how it is made.
    private readonly Regex _pattern = new(@"\A" + PatternOf(template) + @"\z", RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant | (isCaseSensitive ? RegexOptions.None : RegexOptions.IgnoreCase));

    public bool IsMatch(string address) => _pattern.IsMatch(address);

    private static string PatternOf(string template)
    {
        var pattern = new System.Text.StringBuilder();
        var end = 0;
        foreach (Match expression in Expression().Matches(template))
        {
            pattern.Append(Regex.Escape(template[end..expression.Index])).Append(ValuesOf(expression.Groups[1].Value));
            end = expression.Index + expression.Length;
        }

        return pattern.Append(Regex.Escape(template[end..])).ToString();
    }

    private static string ValuesOf(string operation) => operation switch
    {
        "" => "[^/?#]+",
        "+" => ".+",
        "#" => "(?:#.*)?",
        "/" => "(?:/[^/?#]*)*",
        "?" or "&" => "(?:[?&][^#]*)?",
        _ => "[^/?#]*",
    };

    [GeneratedRegex(@"\{([+#./;?&]?)[^{}]*\}")]
    private static partial Regex Expression();
}
