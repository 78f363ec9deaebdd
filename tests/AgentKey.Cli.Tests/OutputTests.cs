using System.Net;
using System.Net.Sockets;

namespace AgentKey.Cli.Tests;

/// <summary>What a command says when it cannot say what it should: one line, and no stack.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly CommandLine _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("list")]
    [InlineData("list --json")]
    [InlineData("show 99 --json")]
    public async Task An_output_that_nobody_can_read_fails_in_one_line(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell closes the output.");
        await _tool.CreateKeyAsync();
        var failed = await _tool.RunUnreadAsync(arguments.Split(' '));
        Assert.Equal(1, failed.ExitCode);
        Assert.StartsWith("Standard output cannot be written", failed.Error, StringComparison.Ordinal);
        Assert.Single(failed.Error.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("create --scope a.b --budget 1")]
    [InlineData("create --scope a.b --budget 1 --json")]
    public async Task A_key_whose_secret_nobody_saw_is_revoked(string arguments)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell closes the output.");
        await _tool.RunAsync("migrate");
        var failed = await _tool.RunUnreadAsync(arguments.Split(' '));
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("Key 1 is revoked", failed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("ak_", failed.Error, StringComparison.Ordinal);
        Assert.Equal("revoked", (await _tool.RunAsync("show", "1", "--json")).Json.GetProperty("key").GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_used_port_is_named_in_one_line()
    {
        _tool.Environment["AGENTKEY_SERVE_TOKEN"] = "data-0123456789abcdef0123456789abcdef";
        await _tool.RunAsync("migrate");
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var failed = await _tool.RunAsync("serve", "--url", $"http://127.0.0.1:{port}");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains(port.ToString(System.Globalization.CultureInfo.InvariantCulture), failed.Error, StringComparison.Ordinal);
        Assert.Single(failed.Error.Trim().Split('\n'));
    }
}
