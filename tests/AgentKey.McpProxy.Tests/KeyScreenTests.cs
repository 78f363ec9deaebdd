using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AgentKey.Cli.McpProxy.Served;
using AgentKey.Keys;

namespace AgentKey.McpProxy.Tests;

/// <summary>What the screen recognises as a key, and what it lets through.</summary>
public sealed class KeyScreenTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_key_is_seen_as_it_is_and_percent_encoded(bool isOfTypeScript)
    {
        var key = NewKey(isOfTypeScript);
        var all = string.Concat(key.Select(letter => $"%{(int)letter:X2}"));

        Assert.True(Holds($"my key is {key}, use it"));
        Assert.True(Holds(key.Replace("_", "%5F", StringComparison.Ordinal)));
        Assert.True(Holds(key.Replace("_", "%5f", StringComparison.Ordinal)));
        Assert.True(Holds($"https://elsewhere.example/?100%&%zz&key={all}&%e2%82&%"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_key_is_seen_in_base64_wherever_it_begins(bool isOfTypeScript)
    {
        var key = NewKey(isOfTypeScript);
        for (var before = 0; before < 7; before++)
        {
            for (var after = 0; after < 4; after++)
            {
                var said = Encoding.UTF8.GetBytes($"{"\u00ff>?user:"[..before]}{key}{"\n>?\u00ff"[..after]}");
                var (plain, url) = (Convert.ToBase64String(said), Base64Url.EncodeToString(said));

                Assert.All(
                    [
                        plain,
                        url,
                        $"Authorization: Basic {plain}, and more",
                        $"token-{url}-and-more",
                        $"data:text/plain;base64,{plain}",
                        Uri.EscapeDataString(plain),
                        string.Join("\r\n", plain.Chunk(20).Select(line => new string(line))),
                    ],
                    text => Assert.True(Holds(text), $"{before} before, {after} after: not seen"));
            }
        }
    }

    [Fact]
    public void What_is_no_key_is_let_through()
    {
        var key = AgentSecret.Generate().Reveal();
        var almost = key[..^1] + (key[^1] == '0' ? '1' : '0');
        var picture = new byte[100_000];
        new Random(7).NextBytes(picture);

        Assert.All(
            [
                "",
                "%",
                "100% of ak_ and %61k_",
                almost,
                string.Concat(almost.Select(letter => $"%{(int)letter:X2}")),
                Convert.ToBase64String(Encoding.UTF8.GetBytes(almost)),
                Convert.ToBase64String(Encoding.UTF8.GetBytes(key[..^1])),
                Convert.ToBase64String(picture),
                Base64Url.EncodeToString(picture),
                new string('a', 1_000),
            ],
            text => Assert.False(Holds(text)));
    }

    [Theory]
    [InlineData(""" {"Path": "KEY", "PATH": 2} """, true)]
    [InlineData(""" {"a": [{"b": "KEY", "b": 2}]} """, true)]
    [InlineData(""" {"a": {"KEY": 1, "KEY": 2}} """, true)]
    [InlineData(""" {"Path": 1, "PATH": 2, "path": 3, "path": 4} """, false)]
    public void Names_that_occur_twice_hide_no_key(string json, bool holds)
    {
        // As the SDK reads what comes over the wire.
        var node = JsonNode.Parse(json.Replace("KEY", NewKey(isOfTypeScript: false), StringComparison.Ordinal), new JsonNodeOptions { PropertyNameCaseInsensitive = true });

        Assert.Equal(holds, KeyScreen.HoldsKey(node));
    }

    private static string NewKey(bool isOfTypeScript) =>
        isOfTypeScript ? "ak_" + RandomNumberGenerator.GetHexString(48, lowercase: true) : AgentSecret.Generate().Reveal();

    private static bool Holds(string text) =>
        KeyScreen.HoldsKey(new JsonObject { ["list"] = new JsonArray(7, text) }) && KeyScreen.HoldsKey(new JsonObject { [text] = true });
}
