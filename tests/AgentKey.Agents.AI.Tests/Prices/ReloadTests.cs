using AgentKey.Agents.AI.Prices;
using AgentKey.Agents.AI.Tests.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AgentKey.Agents.AI.Tests.Prices;

public sealed class ReloadTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentkey-prices-");

    private string File => Path.Combine(_folder.FullName, "prices.json");

    [Fact]
    public void A_file_that_changed_is_read_again()
    {
        Write("1");
        var prices = new PriceFile(File);
        Assert.Equal(1, DollarsOf(prices));
        var unchanged = prices.Current;
        Assert.Same(unchanged, prices.Current);

        Write("25.5");

        Assert.Equal(25.5m, DollarsOf(prices));
    }

    [Fact]
    public void A_file_that_turns_bad_leaves_the_old_prices_and_is_logged_once_until_it_is_good_again()
    {
        Write("1");
        var log = new RecordingLogger<PriceFile>();
        var prices = new PriceFile(File, log);

        Write("nonsense");
        Assert.Equal(1, DollarsOf(prices));
        Assert.Equal(1, DollarsOf(prices));
        var (level, text) = Assert.Single(log.Entries);
        Assert.Equal(LogLevel.Error, level);
        Assert.Contains("prices[0].input", text, StringComparison.Ordinal);

        System.IO.File.Delete(File);
        Assert.Equal(1, DollarsOf(prices));
        Write("3");
        Assert.Equal(3, DollarsOf(prices));
    }

    [Fact]
    public void A_file_that_is_bad_from_the_start_is_refused()
    {
        Write("nonsense");
        Assert.Throws<InvalidFieldException>(() => new PriceFile(File));
        Assert.Throws<FileNotFoundException>(() => new PriceFile(File + ".none"));
    }

    [Fact]
    public void Configuration_is_read_as_text_and_follows_a_reload()
    {
        var source = new ChangingSettings
        {
            ["AgentKey:Prices:0:Model"] = "llama3:8b",
            ["AgentKey:Prices:0:Aliases:0"] = "llama",
            ["AgentKey:Prices:0:Input"] = "0.1",
            ["AgentKey:Prices:0:Output"] = "0.2",
        };
        var log = new RecordingLogger<PriceConfiguration>();
        var prices = new PriceConfiguration(source.Build().GetSection("AgentKey:Prices"), log);
        Assert.Equal(0.1m, DollarsOf(prices, "llama3:8b"));
        Assert.Equal(0.1m, DollarsOf(prices, "llama"));

        source.Change("AgentKey:Prices:0:Input", "0.7");
        Assert.Equal(0.7m, DollarsOf(prices, "llama"));

        source.Change("AgentKey:Prices:0:Input", "much");
        Assert.Equal(0.7m, DollarsOf(prices, "llama"));
        Assert.Equal(0.7m, DollarsOf(prices, "llama"));
        Assert.Contains("AgentKey:Prices:0.input", Assert.Single(log.Entries).Text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static decimal DollarsOf(IPriceSource prices, string model = "m") =>
        prices.Current.Find(model, DateTimeOffset.UnixEpoch, 1)!.Input.Dollars;

    private void Write(string input) =>
        System.IO.File.WriteAllText(File, $$"""{ "prices": [ { "model": "m", "input": "{{input}}", "output": 1 } ] }""");
}
