using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentKey.Keys;

namespace AgentKey.Tests.Keys;

public sealed partial class AgentSecretTests
{
    [Fact]
    public void A_new_secret_has_the_documented_form_and_parses()
    {
        var secret = AgentSecret.Generate();
        var hasForm = SecretForm().IsMatch(secret.Reveal());
        Assert.True(hasForm, "The form is ak_ and 38 base62 characters.");
        Assert.True(AgentSecret.TryParse(secret.Reveal(), out var parsed));
        Assert.Equal(secret.Hash, parsed.Hash);
    }

    [Fact]
    public void Secrets_do_not_repeat() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => AgentSecret.Generate().Hash.Hex).Distinct().Count());

    [Fact]
    public void The_typescript_librarys_secrets_are_accepted_and_hash_alike()
    {
        var secret = "ak_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        Assert.True(AgentSecret.TryParse(secret, out var parsed));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret))), parsed.Hash.Hex);
    }

    [Fact]
    public void One_changed_character_is_refused_by_the_checksum_alone()
    {
        var value = AgentSecret.Generate().Reveal();
        for (var i = 3; i < value.Length; i++)
        {
            var flipped = value[..i] + (value[i] == 'a' ? 'b' : 'a') + value[(i + 1)..];
            Assert.False(AgentSecret.TryParse(flipped, out _));
        }
    }

    [Fact]
    public void Whatever_has_not_the_form_is_refused()
    {
        var value = AgentSecret.Generate().Reveal();
        string?[] junk =
        [
            null, "", " ", "ak_", "ak", value[..^1], value + "a", value + "\n", " " + value,
            value.ToUpper(CultureInfo.InvariantCulture), value.ToLower(CultureInfo.InvariantCulture),
            "xx_" + value[3..], "ak_" + new string('g', 48), "ak_" + new string('A', 48), new string('a', 20_000),
        ];
        Assert.All(junk, text => Assert.False(AgentSecret.TryParse(text, out _)));
    }

    [Fact]
    public void Only_Reveal_returns_the_value()
    {
        var secret = AgentSecret.Generate();
        var hidden = secret.Reveal()[3..^4];
        Assert.DoesNotContain(hidden, secret.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(hidden, JsonSerializer.Serialize(secret), StringComparison.Ordinal);
        Assert.DoesNotContain(hidden, $"{secret} {secret.Hash}", StringComparison.Ordinal);
        Assert.DoesNotContain(secret.Hash.Hex, $"{secret} {secret.Hash}", StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_show_the_end_of_the_checksum_for_a_secret_that_was_made_as_for_one_that_was_read()
    {
        var made = AgentSecret.Generate();
        Assert.True(AgentSecret.TryParse(made.Reveal(), out var read));
        Assert.Equal("ak_..." + made.Reveal()[^4..], made.DisplayPrefix);
        Assert.Equal(made.DisplayPrefix, read.DisplayPrefix);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ak")]
    [InlineData("AK_")]
    [InlineData("a k_")]
    public void A_malformed_prefix_is_refused(string prefix) =>
        Assert.Equal("prefix", Assert.Throws<InvalidFieldException>(() => AgentSecret.Generate(prefix)).Field);

    [GeneratedRegex("^ak_[0-9A-Za-z]{38}$")]
    private static partial Regex SecretForm();
}
