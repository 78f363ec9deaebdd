namespace AgentKey.Serve.Tests.Clients;

/// <summary>The tools of examples/Sidecar, run by their own languages against the real command.</summary>
public sealed class ToolTests
{
    // 5 cents pay for a summary of 0.0002 cents and three searches of 1.5.
    private const string Expected = """
        summarize: spent 0.000200, left 4.999800
        summarize: an empty text, given back
        search: an empty query, given back
        search: left 3.499800
        search: left 1.999800
        search: left 0.499800
        search: budget_exhausted, left 0.499800

        """;

    [Theory]
    [InlineData(Client.Python, Database.Sqlite)]
    [InlineData(Client.Python, Database.Postgres)]
    [InlineData(Client.JavaScript, Database.Sqlite)]
    [InlineData(Client.JavaScript, Database.Postgres)]
    public async Task A_program_in_another_language_is_stopped_exactly_at_its_cap(string language, string kind)
    {
        await using var database = await Database.CreateAsync(kind);
        await using var beside = await Sidecar.StartAsync(database);
        var key = await beside.MintAsync(cents: 5);
        await using var process = await ServeProcess.StartAsync(database);

        var (exitCode, output) = await Client.RunToolAsync(language, process.Data, key.Secret.Reveal());

        Assert.Equal(Expected, output);
        Assert.Equal(0, exitCode);
        Assert.Equal(Money.Cost.FromCents(4.5002m), (await beside.ReadAsync(key)).Spent);
        Assert.Empty(await beside.Keys.VerifyAsync(TestContext.Current.CancellationToken));
    }
}
