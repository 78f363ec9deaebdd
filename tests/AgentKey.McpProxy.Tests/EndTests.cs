using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.Keys;
using AgentKey.McpProxy.Tests.Hosting;

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
}
