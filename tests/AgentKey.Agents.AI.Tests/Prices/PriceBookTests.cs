using AgentKey.Agents.AI.Prices;
using AgentKey.Money;

namespace AgentKey.Agents.AI.Tests.Prices;

public sealed class PriceBookTests
{
    private static readonly DateTimeOffset July = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_row_needs_no_more_than_two_prices()
    {
        var book = PriceBook.Parse("""{ "prices": [ { "model": "small", "input": 0.15, "output": "0.60" } ] }""");

        var price = book.Find("small", July, 10);

        Assert.Equal(new TokenPrice(Cost.ParseDollars("0.15"), Cost.ParseDollars("0.60")), price);
        Assert.Equal((price!.Input, price.Output), (price.CachedInput, price.Reasoning));
        Assert.Equal((price.Input, price.Output), (price.AudioInput, price.AudioOutput));
    }

    [Fact]
    public void A_row_can_price_audio_apart()
    {
        var book = PriceBook.Parse("""{ "prices": [ { "model": "m", "input": 2.5, "output": 10, "audioInput": 40, "audioOutput": 80 } ] }""");

        var price = book.Find("m", July, 10)!;

        Assert.Equal((2.5m, 10m, 40m, 80m), (price.Input.Dollars, price.Output.Dollars, price.AudioInput.Dollars, price.AudioOutput.Dollars));
    }

    [Fact]
    public void A_number_is_read_as_it_is_written()
    {
        // As a binary fraction this would be 0.30000000000000004.
        var book = PriceBook.Parse("""{ "prices": [ { "model": "m", "input": 0.3, "output": 0.00000001, "cachedInput": 1234567.89 } ] }""");

        var price = book.Find("m", July, 1)!;

        Assert.Equal((30_000_000, 1, 123_456_789_000_000), (price.Input.MicroCents, price.Output.MicroCents, price.CachedInput.MicroCents));
    }

    [Fact]
    public void Only_exact_names_and_stated_aliases_have_a_price()
    {
        var book = PriceBook.Parse("""{ "prices": [ { "model": "gpt-4o", "aliases": ["gpt-4o-2024-08-06"], "input": 1, "output": 2 } ] }""");

        Assert.NotNull(book.Find("gpt-4o", July, 1));
        Assert.NotNull(book.Find("gpt-4o-2024-08-06", July, 1));
        Assert.Null(book.Find("gpt-4o-mini", July, 1));
        Assert.Null(book.Find("GPT-4O", July, 1));
        Assert.Null(book.Find(null, July, 1));
        Assert.Equal(["gpt-4o", "gpt-4o-2024-08-06"], book.Models);
    }

    [Fact]
    public void A_price_holds_from_its_instant_until_the_next()
    {
        var book = PriceBook.Parse("""
            { "prices": [
              { "model": "m", "from": "2026-07-01", "input": 2, "output": 2 },
              { "model": "m", "from": "2026-08-01T02:00:00+02:00", "input": 3, "output": 3 } ] }
            """);
        var august = new DateTimeOffset(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Null(book.Find("m", July.AddTicks(-1), 1));
        Assert.Equal(2, book.Find("m", July, 1)!.Input.Dollars);
        Assert.Equal(2, book.Find("m", august.AddTicks(-1), 1)!.Input.Dollars);
        Assert.Equal(3, book.Find("m", august, 1)!.Input.Dollars);
    }

    [Fact]
    public void Long_input_has_its_own_price_and_a_new_price_list_forgets_the_tiers_of_the_old()
    {
        var book = PriceBook.Parse("""
            { "prices": [
              { "model": "m", "input": 1, "output": 1 },
              { "model": "m", "aboveInputTokens": 1000, "input": 2, "output": 2 },
              { "model": "m", "aboveInputTokens": 9000, "input": 4, "output": 4 },
              { "model": "m", "from": "2026-08-01", "input": 8, "output": 8 } ] }
            """);

        Assert.Equal([1m, 1m, 2m, 2m, 4m], new long[] { 0, 1000, 1001, 9000, 9001 }.Select(tokens => book.Find("m", July, tokens)!.Input.Dollars));
        Assert.Equal(8, book.Find("m", July.AddMonths(2), 9001)!.Input.Dollars);
    }

    [Theory]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1 } ] }""", "prices[0].output")]
    [InlineData("""{ "prices": [ { "input": 1, "output": 1 } ] }""", "prices[0].model")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": -1 } ] }""", "prices[0].output")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1e-3, "output": 1 } ] }""", "prices[0].input")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 0.000000001, "output": 1 } ] }""", "prices[0].input")]
    [InlineData("""{ "prices": [ { "model": "m", "input": true, "output": 1 } ] }""", "prices[0].input")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": 1, "cached_input": 1 } ] }""", "prices[0].cached_input")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": 1, "Input": 2 } ] }""", "prices[0].Input")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": 1, "from": "tomorrow" } ] }""", "prices[0].from")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": 1, "from": "2026-08-01T00:00:00" } ] }""", "prices[0].from")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": 1, "aboveInputTokens": 0 } ] }""", "prices[0].aboveInputTokens")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": 1, "aliases": [""] } ] }""", "prices[0].aliases")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": 1, "aboveInputTokens": 5 } ] }""", "prices of m")]
    [InlineData("""{ "prices": [ { "model": "m", "input": 1, "output": 1 }, { "model": "m", "input": 2, "output": 1 } ] }""", "prices of m")]
    [InlineData("""{ "prices": [ 1 ] }""", "prices[0]")]
    [InlineData("""{ "prices": {} }""", "prices")]
    [InlineData("""[]""", "prices")]
    [InlineData("""{ "prices": """, "prices")]
    public void What_is_wrong_is_named(string json, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidFieldException>(() => PriceBook.Parse(json)).Field);
}
