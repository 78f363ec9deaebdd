using AgentKey.Agents.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace AgentKey.Agents.Tests;

public sealed class LogTests
{
    [Fact]
    public async Task A_refusal_is_logged_with_its_code_its_tool_and_what_is_wrong_with_the_key_but_no_secret()
    {
        await using var host = await AgentHost.StartAsync();
        var key = await host.CreateKeyAsync(cents: 100);
        await host.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        using var binding = CallerScope.Bind(host.CallerOf(key));

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(host.CallAsync);

        var (level, text) = Assert.Single(host.Log.Entries);
        Assert.Equal(LogLevel.Information, level);
        Assert.Contains("WorkTools.RunAsync", text, StringComparison.Ordinal);
        Assert.Contains("invalid_key (Revoked)", text, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret.Reveal(), text, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret.Hash.Hex, text, StringComparison.Ordinal);
        Assert.DoesNotContain("Revoked", denied.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_call_that_is_allowed_logs_nothing()
    {
        await using var host = await AgentHost.StartAsync();
        using var binding = CallerScope.Bind(host.CallerOf(await host.CreateKeyAsync(cents: 100)));

        await host.CallAsync();

        Assert.Empty(host.Log.Entries);
    }
}
