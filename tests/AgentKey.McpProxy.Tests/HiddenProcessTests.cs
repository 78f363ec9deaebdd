using AgentKey.Agents.Mcp.Tests.Hosting;
using AgentKey.McpProxy.Tests.Hosting;

namespace AgentKey.McpProxy.Tests;

public sealed class HiddenProcessTests
{
    // Root reads everything: without its capabilities it is as any other user.
    private static readonly string[] Unprivileged = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set", "-all"] : [];

    [Fact]
    public async Task The_server_behind_does_not_read_the_environment_of_the_proxy_that_started_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nobody reads it in a file.");
        await using var folder = await KeyFolder.CreateAsync();
        await using var proxy = new Proxy(folder, Policies.Plain) { Launcher = Unprivileged, Environment = { ["AGENTKEY_HIDDEN"] = "hunter2" } };
        var (own, parents) = (Path.Combine(proxy.Folder, "own"), Path.Combine(proxy.Folder, "parents"));

        await proxy.StartHttpAsync(["--", "sh", "-c", "cat /proc/$$/environ > \"$0\"; cat /proc/$PPID/environ > \"$1\"; shift; exec \"$@\"", own, parents, .. PlainServer.Command()[1..]]);

        Assert.Contains("PATH=", await File.ReadAllTextAsync(own, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", await File.ReadAllTextAsync(parents, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
