using System.Text.Json;
using AgentKey.Keys;

namespace AgentKey.Tests.Keys;

public sealed class PeppersTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(200, 32).Select(i => (byte)i)];

    [Fact]
    public void Pairs_are_read_the_first_being_the_current_one()
    {
        var peppers = Peppers.Parse($"2026-11:{Convert.ToBase64String(Key)},2025:{Convert.ToBase64String(new byte[32])}");
        Assert.Equal("2026-11", peppers.Current);
        Assert.Equal("(2 peppers, current: 2026-11)", peppers.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name:not base64!")]
    [InlineData("name:c2hvcnQ=")]
    [InlineData("Name:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData(":AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,")]
    public void What_is_no_pepper_is_refused_and_not_repeated(string text)
    {
        var refusal = Assert.Throws<InvalidFieldException>(() => Peppers.Parse(text));
        Assert.DoesNotContain("AAAA", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2hv", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_prints_a_pepper()
    {
        var options = new AgentKeysOptions { Peppers = { Current = "p1" } };
        options.Peppers.Add("p1", Key);
        foreach (var printed in new[] { options.Peppers.ToString(), JsonSerializer.Serialize(options.Peppers), JsonSerializer.Serialize(options), $"{options}" })
        {
            Assert.DoesNotContain(Convert.ToBase64String(Key), printed, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexString(Key), printed, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("200", printed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Settings_that_would_open_nothing_are_refused()
    {
        Assert.Equal("peppers", Assert.Throws<InvalidFieldException>(new Peppers { Current = "p1" }.Validate).Field);
        Assert.Equal("peppers", Assert.Throws<InvalidFieldException>(new Peppers { AcceptPlainHashes = false }.Validate).Field);
    }

    [Fact]
    public void A_peppered_hash_is_the_standards_hmac()
    {
        // RFC 4231, test case 2.
        var hash = SecretHash.Of("what do ya want for nothing?", "p1", "Jefe"u8.ToArray());
        Assert.Equal("p1:5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", hash.Stored);
    }
}
