using System.Diagnostics;

namespace AgentKey.Packages.Tests.Packing;

/// <summary>A program that ran to its end, and what it wrote.</summary>
internal sealed record CommandRun(int ExitCode, string Output)
{
    // What the tests' own dotnet tells the processes below it; a user's shell has none of it.
    private static readonly string[] Inherited = ["MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBuildLoadMicrosoftTargetsReadOnly", "MSBUILD_EXE_PATH", "DOTNET_HOST_PATH", "DOTNET_CLI_TELEMETRY_SESSIONID"];

    public static async Task<CommandRun> OfAsync(string folder, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in Inherited)
        {
            start.Environment.Remove(name);
        }

        // A build node that stays would hold the pipes open, and with them this test.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["NO_COLOR"] = "1";

        var token = TestContext.Current.CancellationToken;
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(token);
            var errors = process.StandardError.ReadToEndAsync(token);
            await process.WaitForExitAsync(token);
            return new CommandRun(process.ExitCode, await output + await errors);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>This run, when it succeeded; otherwise the test fails with all that it wrote.</summary>
    public CommandRun Succeeded()
    {
        Assert.True(ExitCode == 0, Output);
        return this;
    }
}
