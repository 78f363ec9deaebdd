using System.Text.Json;
using AgentKey.Agents.SemanticKernel.Tests.Hosting;
using AgentKey.Agents.SemanticKernel.Tests.Tools;
using AgentKey.Keys;
using AgentKey.ModelServer;
using AgentKey.Money;
using Microsoft.SemanticKernel;

namespace AgentKey.Agents.SemanticKernel.Tests;

/// <summary>Which key a kernel pays with.</summary>
public sealed class KernelTests
{
    [Fact]
    public async Task Finding12_The_kernel_that_a_keyed_one_was_cloned_from_pays_nothing_and_runs_nothing()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        host.Root.WithAgentKey(key.Secret);

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => CallAsync(host.Root));

        Assert.Equal("no_caller", denied.Denial.Code);
        Assert.Null(host.Root.FindAgentKey());
        Assert.Equal(0, host.Bodies);
    }

    [Fact]
    public async Task Finding12_Each_clone_pays_with_its_own_key()
    {
        await using var host = await StartAsync();
        var (first, second) = (await host.MintAsync(300, "test.*"), await host.MintAsync(300, "test.*"));
        Kernel one = host.Root.WithAgentKey(first.Secret), two = one.WithAgentKey(second.Secret);

        var answers = new[] { await CallAsync(one), await CallAsync(two), await CallAsync(one) };

        Assert.Equal([Twice(first), Twice(second), Twice(first)], answers);
        Assert.Equal(Cost.FromCents(2), await host.SpentAsync(first));
        Assert.Equal(Cost.FromCents(1), await host.SpentAsync(second));
        static string Twice(CreatedKey key) => $"{key.Secret} on {key.Secret}";
    }

    [Fact]
    public async Task Finding12_A_kernel_without_a_key_is_not_paid_for_by_a_caller_that_is_bound_outside()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");

        using (CallerScope.Bind(host.Keys.Identify(key.Secret.Reveal())))
        {
            var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => CallAsync(host.Root));
            Assert.Equal("no_caller", denied.Denial.Code);
        }

        Assert.Equal(0, host.Bodies);
    }

    [Fact]
    public async Task A_function_on_a_kernel_that_knows_no_keys_does_not_run()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var function = host.Root.WithAgentKey(key.Secret).Plugins["CountedTools"]["work"];

        var result = await function.InvokeAsync(new Kernel(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal("no_caller", result.FindDenial()?.Code);
        Assert.Equal(0, host.Bodies);
    }

    [Fact]
    public async Task A_guarded_plugin_on_a_kernel_without_the_filter_does_not_run()
    {
        await using var host = await StartAsync();
        var kernel = new Kernel();
        kernel.Plugins.AddFromObject(new GuardedCountedTools(new CountedTools(host.Calls), host.Guard), "CountedTools");

        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => kernel.InvokeAsync("CountedTools", "work", cancellationToken: TestContext.Current.CancellationToken));

        Assert.Empty(kernel.FunctionInvocationFilters);
        Assert.Equal("no_caller", denied.Denial.Code);
        Assert.Equal(0, host.Bodies);
    }

    [Fact]
    public async Task A_secret_among_the_kernels_data_is_not_a_key()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var clone = host.Root.WithAgentKey(key.Secret);
        clone.Data[Assert.Single(clone.Data.Keys)] = key.Secret.Reveal();

        await Assert.ThrowsAsync<ToolDeniedException>(() => CallAsync(clone));

        Assert.Equal(0, host.Bodies);
    }

    [Fact]
    public async Task Finding5_What_the_kernel_holds_of_a_key_shows_no_secret()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");

        var clone = host.Root.WithAgentKey(key.Secret);

        var shown = $"{JsonSerializer.Serialize(clone.Data)} {string.Join(' ', clone.Data.Values)} {clone.FindAgentKey()}";
        Assert.Contains(key.Secret.DisplayPrefix, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret.Reveal(), shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_its_next_call()
    {
        await using var host = await StartAsync();
        var key = await host.MintAsync(300, "test.*");
        var kernel = host.Root.WithAgentKey(key.Secret);
        await CallAsync(kernel);

        await host.Keys.RevokeAsync(key.Key.Id, cancellationToken: TestContext.Current.CancellationToken);
        var denied = await Assert.ThrowsAsync<ToolDeniedException>(() => CallAsync(kernel));

        Assert.Equal("invalid_key", denied.Denial.Code);
        Assert.Equal(1, host.Bodies);
    }

    private static Task<KernelHost> StartAsync() => KernelHost.StartAsync(Connector.ChatClient, _ => ModelReply.Say("done"));

    private static Task<string?> CallAsync(Kernel kernel) =>
        kernel.InvokeAsync<string>("CountedTools", "whoami", cancellationToken: TestContext.Current.CancellationToken);
}
