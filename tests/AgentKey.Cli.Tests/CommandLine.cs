using System.Diagnostics;
using System.Text.Json;

namespace AgentKey.Cli.Tests;

/// <summary>The built tool as a child process, in a folder of its own.</summary>
public sealed class CommandLine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("agentkey-cli-");

    /// <summary>What <c>AGENTKEY_STORE</c> says; null leaves the tool to its default.</summary>
    public string? Store { get; init; }

    /// <summary>What else the environment says.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public string Folder => _folder.FullName;

    public Task<CommandOutput> RunAsync(params string[] arguments) => RunWithAsync(null, null, arguments);

    /// <summary>Runs the tool with a secret in the environment or on standard input.</summary>
    public Task<CommandOutput> RunWithAsync(string? secret, string? input, params string[] arguments) => RunAsync(
        StartOf("dotnet", [Path.Combine(AppContext.BaseDirectory, "AgentKey.Cli.dll"), .. arguments], secret), input);

    /// <summary>Runs the tool where nobody can read its standard output.</summary>
    public Task<CommandOutput> RunUnreadAsync(params string[] arguments) => RunAsync(
        StartOf("sh", ["-c", "exec dotnet \"$0\" \"$@\" >&-", Path.Combine(AppContext.BaseDirectory, "AgentKey.Cli.dll"), .. arguments], secret: null), input: null);

    private ProcessStartInfo StartOf(string program, string[] arguments, string? secret)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AGENTKEY_STORE"] = Store, ["AGENTKEY_API_KEY"] = secret, ["NO_COLOR"] = "1" },
        };
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static async Task<CommandOutput> RunAsync(ProcessStartInfo start, string? input)
    {
        using var tool = Process.Start(start)!;
        await tool.StandardInput.WriteAsync(input ?? "");
        tool.StandardInput.Close();
        var output = tool.StandardOutput.ReadToEndAsync();
        var errors = await tool.StandardError.ReadToEndAsync();
        await tool.WaitForExitAsync();
        return new CommandOutput(tool.ExitCode, await output, errors);
    }

    /// <summary>Runs the tool on a terminal of 80 columns.</summary>
    /// <returns>What the terminal shows.</returns>
    public async Task<string> RunOnTerminalAsync(params string[] arguments)
    {
        var command = $"stty cols 80; dotnet '{Path.Combine(AppContext.BaseDirectory, "AgentKey.Cli.dll")}' {string.Join(' ', arguments)}";
        var start = new ProcessStartInfo("script", ["-qec", command, "/dev/null"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["AGENTKEY_STORE"] = Store, ["NO_COLOR"] = "1", ["TERM"] = "dumb" },
        };
        using var tool = Process.Start(start)!;
        var output = await tool.StandardOutput.ReadToEndAsync();
        await tool.WaitForExitAsync();
        return output;
    }

    /// <summary>Makes the schema and one key; returns the key's secret and id.</summary>
    public async Task<(string Secret, string Id)> CreateKeyAsync(params string[] arguments)
    {
        await RunAsync("migrate");
        var created = (await RunAsync(["create", "--scope", "docs.*", "--budget", "3.00", "--json", .. arguments])).Json;
        return (created.GetProperty("secret").GetString()!, created.GetProperty("key").GetProperty("id").GetString()!);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>What a run of the tool came to.</summary>
public sealed record CommandOutput(int ExitCode, string Out, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;
}
