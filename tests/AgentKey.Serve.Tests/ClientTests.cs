using System.Diagnostics;

namespace AgentKey.Serve.Tests;

/// <summary>The clients of examples/Sidecar, run by their own languages against the real command.</summary>
public sealed class ClientTests
{
    // 5 cents pay for a summary of 0.0002 cents and three searches of 1.5.
    private const string Expected = """
        summarize: spent 0.000200, left 4.999800
        search: an empty query, given back
        search: left 3.499800
        search: left 1.999800
        search: left 0.499800
        search: budget_exhausted, left 0.499800

        """;

    [Theory]
    [InlineData("python3", "paid_tool.py", Database.Sqlite)]
    [InlineData("python3", "paid_tool.py", Database.Postgres)]
    [InlineData("node", "paid-tool.mjs", Database.Sqlite)]
    [InlineData("node", "paid-tool.mjs", Database.Postgres)]
    public async Task A_program_in_another_language_is_stopped_exactly_at_its_cap(string language, string program, string kind)
    {
        await using var database = await Database.CreateAsync(kind);
        await using var beside = await Sidecar.StartAsync(database);
        var key = await beside.MintAsync(cents: 5);
        await using var process = await ServeProcess.StartAsync(database);

        var (exitCode, output) = await RunAsync(language, program, process.Data, key.Secret.Reveal());

        Assert.Equal(Expected, output);
        Assert.Equal(0, exitCode);
        Assert.Equal(Money.Cost.FromCents(4.5002m), (await beside.ReadAsync(key)).Spent);
        Assert.Empty(await beside.Keys.VerifyAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string language, string program, Uri address, string secret)
    {
        var start = new ProcessStartInfo(language, [Path.Combine(AppContext.BaseDirectory, "Sidecar", program), address.ToString()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AGENTKEY_SERVE_TOKEN"] = Sidecar.AppToken, ["AGENTKEY_API_KEY"] = secret },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, (output + await errors).ReplaceLineEndings("\n"));
    }
}
