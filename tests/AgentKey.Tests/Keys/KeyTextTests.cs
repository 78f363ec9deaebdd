namespace AgentKey.Tests.Keys;

public sealed class KeyTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\0b")]
    [InlineData("a\u001b[31mb")]
    [InlineData("a\nb")]
    [InlineData("a\u202Eb")]
    public void Row65_Text_that_a_table_or_a_terminal_would_choke_on_is_refused(string text) =>
        Assert.Equal("name", Assert.Throws<InvalidFieldException>(() => TextField.Require(text, "name", 200)).Field);

    [Fact]
    public void Row64_Row65_A_lone_surrogate_and_a_megabyte_are_refused()
    {
        Assert.Throws<InvalidFieldException>(() => TextField.Require("a\uD800b", "name", 200));
        Assert.Throws<InvalidFieldException>(() => TextField.Require(new string('a', 1 << 20), "name", 200));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("Müller 🤖")]
    public void Text_that_is_only_ugly_is_kept(string text) => Assert.Equal(text, TextField.Require(text, "name", 200));
}
