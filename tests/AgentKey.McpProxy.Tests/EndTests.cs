using System.Diagnostics;
using System.Globalization;
using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.McpProxy.Tests.Hosting;
using ModelContextProtocol.Client;

namespace AgentKey.McpProxy.Tests;

/// <summary>How a proxy ends, and what becomes of the servers that it has started.</summary>
public sealed class EndTests
{
    [Theory]
    [InlineData]
    [InlineData("--protocol", "2025-11-25")]
    public async Task A_proxy_whose_client_goes_ends_without_a_fault(params string[] behind)
    {
        await using var folder = await KeyFolder.CreateAsync();
        var key = await folder.MintAsync(1, "plain.*");
        await using var proxy = new Proxy(folder, Policies.Plain) { Environment = { [AgentSecret.EnvironmentVariable] = key.Secret.Reveal() } };

        var (exitCode, _, error) = await proxy.RunAsync(PlainServer.Command(behind));

        Assert.Equal((0, true), (exitCode, error.Contains("Ready: ", StringComparison.Ordinal)));
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_told_to_stop_ends_without_a_fault()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Policies.Plain);
        await proxy.StartHttpAsync(PlainServer.Command());

        var (exitCode, said) = await proxy.TerminateAsync();

        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_that_is_told_to_stop_ends_servers_that_do_not_end_by_themselves()
    {
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Policies.Plain);
        var numbers = Path.Combine(proxy.Folder, "processes");
        await proxy.StartHttpAsync(["--", "sh", "-c", "echo $$ >> \"$0\" && \"$@\"; exec sleep 1000", numbers, .. PlainServer.Command("--protocol", "2025-11-25")[1..]]);
        var key = await folder.MintAsync(1, "plain.*");
        var clients = new List<McpClient>();
        for (var i = 0; i < 3; i++)
        {
            clients.Add(await proxy.ConnectHttpAsync(key, "2025-11-25"));
            await clients[i].CallAsync("calls");
        }

        var (exitCode, _) = await proxy.TerminateAsync();

        var servers = File.ReadAllLines(numbers).Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal((0, 4), (exitCode, servers.Length));
        Assert.DoesNotContain(servers, IsRunning);
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }
    }

    private static bool IsRunning(int number)
    {
        try
        {
            using var process = Process.GetProcessById(number);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
