using System.Net;
using System.Text.RegularExpressions;

namespace AgentKey.Dashboard.Tests;

/// <summary>What a page links to.</summary>
internal static partial class Links
{
    /// <summary>The body, whatever the status is.</summary>
    public static async Task<string> GetStringOrErrorAsync(this HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The ids of the keys in the table, in order.</summary>
    public static IEnumerable<string> In(string page) => KeyLink().Matches(page).Select(match => match.Groups[1].Value);

    /// <summary>The page of older keys.</summary>
    public static string? Older(string page) => OlderLink().Match(page) is { Success: true } match ? "agentkey/" + WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("""class="name"><a href="keys/(\d+)">""")]
    private static partial Regex KeyLink();

    [GeneratedRegex("""rel="next" href="([^"]+)">""")]
    private static partial Regex OlderLink();
}
